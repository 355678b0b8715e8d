extern alias broken;

using AuditStream.Simulation;
using BrokenBreak = broken::AuditStream.Simulation.Breaks.Break;
using BrokenHistory = broken::AuditStream.Simulation.History;
using Switches = AuditStream.Simulation.Breaks.Switches;

namespace AuditStream.Streams.Tests.Simulation;

/// <summary>What keeps each invariant is switched off, in a copy of the loop's text, and the simulator finds it.</summary>
[Collection(SimulationCollection.Name)]
public sealed class BreakTests : IDisposable
{
    private const int MaxSeeds = 1000;

    public static TheoryData<int> Numbers => [.. Switches.Numbers];

    public void Dispose() => BrokenBreak.Number = 0;

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_broken_invariant_is_found(int number)
    {
        BrokenBreak.Number = number;
        BrokenHistory.FirstBroken(MaxSeeds).ShouldNotBeNull();
    }

    [Fact]
    public void With_every_switch_off_the_copy_does_what_the_product_does()
    {
        for (var seed = 1; seed <= 20; seed++)
            BrokenHistory.Run(seed, keepsTrace: true).Trace.ShouldBe(History.Run(seed, keepsTrace: true).Trace);
    }
}

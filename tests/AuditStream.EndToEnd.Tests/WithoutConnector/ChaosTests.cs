using AuditStream.Chaos;
using AuditStream.Chaos.Faults;
using AuditStream.Chaos.Stack;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.WithoutConnector;

/// <summary>The short form of <c>./dev chaos</c>: one broker, two instances, a fault of each kind that fits, and the same census.</summary>
[Collection(RealStackCollection.Name)]
public sealed class ChaosTests(RealStack stack)
{
    private const int Seed = 20_260_101;

    [RealKafkaAndPostgresFact]
    public async Task Under_kills_zombies_and_rebalances_every_change_comes_once_and_in_order()
    {
        using var logs = new TemporaryFolder("chaos");
        await using var servers = await ChaosStack.OnAsync(stack.Kafka, stack.Postgres, brokers: 1);
        var options = new ChaosOptions
        {
            Seed = Seed,
            Time = TimeSpan.FromSeconds(20),
            Records = 3_000,
            Instances = 2,
            Brokers = 1,
            Faults = [FaultKind.KillInstance, FaultKind.Zombie, FaultKind.KillBroker, FaultKind.RebalanceStorm],
            LogFolder = logs.At("logs"),
        };
        await using var output = new StringWriter();
        var figures = await new ChaosRun(options, output).RunAsync(servers);
        figures.Breaches.Lines.ShouldBeEmpty($"{output}\n{figures}");
        figures.Topic.RowEvents.ShouldBe(figures.Changes);
        figures.Topic.BeforeFromState.ShouldBeGreaterThan(0);
        figures.Faults.Kills.ShouldBeGreaterThan(0);
        figures.Rebalances.ShouldBeGreaterThan(2);
    }
}

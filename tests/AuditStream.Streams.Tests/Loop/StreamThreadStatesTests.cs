using AuditStream.Streams.Loop;

namespace AuditStream.Streams.Tests.Loop;

public sealed class StreamThreadStatesTests
{
    [Fact]
    public void The_arrows_are_those_of_the_diagram()
    {
        var states = Enum.GetValues<StreamThreadState>();
        var arrows = states.SelectMany(begin => states.Where(end => end != begin && begin.MayBecome(end)).Select(end => $"{begin}>{end}"));
        arrows.Where(arrow => !arrow.EndsWith(">Failed", StringComparison.Ordinal)).ShouldBe(
        [
            "Created>Connecting", "Created>Stopping", "Connecting>Joining", "Connecting>Stopping", "Joining>Connecting", "Joining>Running",
            "Joining>Stopping", "Running>Connecting", "Running>Joining", "Running>Stopping", "Stopping>Stopped",
        ], ignoreOrder: true);
        states.Count(state => state.MayBecome(StreamThreadState.Failed) && state != StreamThreadState.Failed).ShouldBe(5);
    }
}

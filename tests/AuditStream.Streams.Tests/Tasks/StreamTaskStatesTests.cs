using AuditStream.Streams.Tasks;

namespace AuditStream.Streams.Tests.Tasks;

public sealed class StreamTaskStatesTests
{
    [Fact]
    public void The_arrows_are_those_of_the_diagram()
    {
        var states = Enum.GetValues<StreamTaskState>();
        var arrows = states.SelectMany(begin => states.Where(end => end != begin && begin.MayBecome(end)).Select(end => $"{begin}>{end}"));
        arrows.ShouldBe(
        [
            "Created>Restoring", "Created>Running", "Created>Closed", "Restoring>Running", "Restoring>Closed", "Running>Restoring", "Running>Waiting", "Running>Stopped",
            "Running>Closed", "Waiting>Restoring", "Waiting>Running", "Waiting>Stopped", "Waiting>Closed", "Stopped>Closed",
        ], ignoreOrder: true);
    }
}

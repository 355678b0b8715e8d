namespace AuditStream.Streams.Tests;

public sealed class WorkerReportTests
{
    [Theory]
    [InlineData("Created", false)]
    [InlineData("Connecting", false)]
    [InlineData("Joining", true)]
    [InlineData("Running", true)]
    [InlineData("Stopping", false)]
    public void A_worker_is_ready_only_once_it_has_its_clients(string state, bool isReady) => Report(state, waitingFor: null).IsReady.ShouldBe(isReady);

    [Fact]
    public void A_worker_that_waits_is_not_ready() => Report("Running", waitingFor: "Kafka").IsReady.ShouldBeFalse();

    private static WorkerReport Report(string state, string? waitingFor) =>
        new("normalize", [new ThreadReport("normalize-1", state, [], [], waitingFor, LastError: null, IsHealthy: true)]);
}

using AuditStream.Streams.Embedded;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tests.Real;
using AuditStream.Testing;

namespace AuditStream.Streams.Tests.Embedded;

/// <summary>Wiring, on librdkafka's mock cluster: everything but the transactions themselves.</summary>
public sealed class MockClusterTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void Topics_appear_when_touched()
    {
        using var cluster = new MockCluster();
        cluster.BootstrapServers.ShouldStartWith("127.0.0.1:");
        cluster.Touch("raw.a").ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(ProcessingGuarantee.ExactlyOnceV2)]
    [InlineData(ProcessingGuarantee.AtLeastOnce)]
    public async Task Records_arrive_as_events_dead_letters_and_skips(ProcessingGuarantee guarantee)
    {
        using var cluster = new MockCluster();
        cluster.Touch("raw.a");
        KafkaProducerOfTests.Produce(cluster.BootstrapServers, "raw.a", KafkaProducerOfTests.Numbered("v", 500));
        KafkaProducerOfTests.Produce(cluster.BootstrapServers, "raw.a", [("k", "BAD"), ("k", null), ("k", "TWICE")]);

        await using var normalizer = new RunningNormalizer(new StreamsSettings
        {
            BootstrapServers = cluster.BootstrapServers,
            RawTopics = ["raw.a"],
            Guarantee = guarantee,
        });
        await Eventually.HoldsAsync(
            "all records to be committed",
            Limit,
            () => normalizer.Metrics.Ledger().Total.Consumed >= 503 || normalizer.Run.IsCompleted,
            () => normalizer.Log.ToString());

        var total = normalizer.Metrics.Ledger().Total;
        total.Consumed.ShouldBe(503);
        total.Emitted.ShouldBe(501);
        total.Events.ShouldBe(502);
        total.DeadLetters.ShouldBe(1);
        total.Skipped.ShouldBe(1);
        await normalizer.StopAsync();

        TopicReader.ReadAll(cluster.BootstrapServers, "audit.events").Count.ShouldBe(502);
        TopicReader.ReadAll(cluster.BootstrapServers, "audit.events.dlq").Single().Header("auditstream-reason").ShouldBe("not-json");
    }
}

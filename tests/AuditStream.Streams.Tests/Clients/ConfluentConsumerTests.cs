using System.Diagnostics;
using AuditStream.Streams.Clients;
using AuditStream.Streams.Embedded;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tests.Real;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.Streams.Tests.Clients;

public sealed class ConfluentConsumerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void A_partition_that_was_paused_and_comes_back_is_read_again()
    {
        using var cluster = new MockCluster();
        cluster.Touch("raw.a");
        cluster.Touch("raw.b");
        KafkaProducerOfTests.Produce(cluster.BootstrapServers, "raw.a", KafkaProducerOfTests.Numbered("v", 3));
        var settings = new StreamsSettings { BootstrapServers = cluster.BootstrapServers, RawTopics = ["raw.a"] };
        using var consumer = new KafkaClientFactory(settings, authentication: null, NullLoggerFactory.Instance).NormalizeConsumer("test");
        var listener = new Listener();
        consumer.Subscribe(["raw.a"], listener);
        ReadsOne(consumer).ShouldBeTrue(listener.ToString());
        consumer.Pause(listener.Owned);

        consumer.Subscribe(["raw.a", "raw.b"], listener);
        PollUntil(consumer, () => listener.Assignments == 2).ShouldBeTrue(listener.ToString());
        ReadsOne(consumer).ShouldBeTrue("Nothing was committed, so the partitions begin again. " + listener);
        consumer.Close();
    }

    private static bool ReadsOne(IStreamConsumer consumer)
    {
        var begun = Stopwatch.StartNew();
        while (begun.Elapsed < Limit)
        {
            if (consumer.Poll(TimeSpan.FromMilliseconds(100), out _))
                return true;
        }
        return false;
    }

    private static bool PollUntil(IStreamConsumer consumer, Func<bool> condition)
    {
        var begun = Stopwatch.StartNew();
        while (!condition() && begun.Elapsed < Limit)
            consumer.Poll(TimeSpan.FromMilliseconds(100), out _);
        return condition();
    }

    private sealed class Listener : IRebalanceListener
    {
        internal int Assignments { get; private set; }

        internal IReadOnlyList<TopicPartition> Owned { get; private set; } = [];

        public void Assigned(IReadOnlyList<TopicPartition> partitions, GroupMembership membership)
        {
            Assignments++;
            Owned = partitions;
        }

        public void Revoked(IReadOnlyList<TopicPartition> partitions) => Owned = [];

        public void Lost(IReadOnlyList<TopicPartition> partitions) => Owned = [];

        public override string ToString() => $"{Assignments} assignments, owned: {string.Join(", ", Owned)}";
    }
}

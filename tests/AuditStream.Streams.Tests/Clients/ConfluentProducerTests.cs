using AuditStream.Streams.Clients;
using AuditStream.Streams.Embedded;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.Streams.Tests.Clients;

/// <summary>The producer port on the client library itself.</summary>
public sealed class ConfluentProducerTests
{
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void Offsets_are_told_before_the_commit_returns()
    {
        using var cluster = new MockCluster();
        cluster.Touch("log");
        TellsOffsets(cluster.BootstrapServers, "log");
    }

    // Each of many, because a report that comes too late would come so only now and then.
    internal static void TellsOffsets(string servers, string topic)
    {
        var settings = new StreamsSettings { BootstrapServers = servers, RawTopics = ["raw"] };
        using var producer = new KafkaClientFactory(settings, authentication: null, NullLoggerFactory.Instance).Producer("test", "told", tellsOffsets: true);
        producer.InitTransactions(limit);
        long last = -1;
        for (var transaction = 0; transaction < 50; transaction++)
        {
            long told = -1;
            producer.BeginTransaction();
            for (var record = 0; record < 20; record++)
                producer.Produce(Record(topic, record == 19 ? offset => Interlocked.Exchange(ref told, offset) : null));
            producer.CommitTransaction(limit);
            Interlocked.Read(ref told).ShouldBeGreaterThanOrEqualTo(last + 20);
            last = told;
        }
    }

    private static OutgoingRecord Record(string topic, Action<long>? stored) => new()
    {
        Topic = topic,
        Partition = 0,
        Key = "key"u8.ToArray(),
        Value = "value"u8.ToArray(),
        Headers = [],
        TimestampMilliseconds = -1,
        Stored = stored,
    };
}

using System.Text;
using Confluent.Kafka;

namespace AuditStream.Streams.Tests.Real;

/// <summary>Produces raw records as a connector would.</summary>
internal static class KafkaProducerOfTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    internal static void Produce(string bootstrapServers, string topic, IEnumerable<(string? Key, string? Value)> records,
        int? partition = null)
    {
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = bootstrapServers,
            LingerMs = 5 }).Build();
        foreach (var (key, value) in records)
        {
            producer.Produce(new TopicPartition(topic, partition ?? Partition.Any), new Message<byte[]?, byte[]?>
            {
                Key = key is null ? null : Encoding.UTF8.GetBytes(key),
                Value = value is null ? null : Encoding.UTF8.GetBytes(value),
                Timestamp = new Timestamp(1_700_000_000_000, TimestampType.CreateTime),
                Headers = [new Header("from", "connector"u8.ToArray()), new Header("empty", null)],
            });
        }
        if (producer.Flush(Limit) > 0)
            throw new TimeoutException($"Producing to {topic} failed: not all records were stored in {Limit.TotalSeconds} s.");
    }

    internal static IEnumerable<(string? Key, string? Value)> Numbered(string prefix, int count) =>
        Enumerable.Range(0, count).Select(number =>
            ((string?)FormattableString.Invariant($"k{number % 97}"), (string?)FormattableString.Invariant($"{prefix}-{number:D7}")));
}

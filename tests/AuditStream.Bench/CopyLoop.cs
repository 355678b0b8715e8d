using System.Diagnostics;
using AuditStream.Streams.Settings;
using Confluent.Kafka;

namespace AuditStream.Bench;

/// <summary>The ceiling: a plain transactional loop on the client library that parses nothing and writes events made beforehand.</summary>
/// <remarks>Same client settings, same commit policy (interval, records), same keys, values and header names as the real loop; nothing
/// else.</remarks>
internal static class CopyLoop
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(60);

    /// <summary>Copies so many records.</summary>
    /// <param name="settings">Names and client settings.</param>
    /// <param name="events">What is written for the record with that number modulo their count.</param>
    /// <param name="partitions">The raw topic's partitions: record n stands on partition n modulo this.</param>
    /// <param name="count">How many records.</param>
    /// <returns>From the first record consumed to the last commit.</returns>
    public static TimeSpan Run(StreamsSettings settings, Message<byte[]?, byte[]?>[] events, int partitions, long count)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(
            ClientSettings.Consumer(settings, "copy", settings.ApplicationId, excludedTopics: null)).SetLogHandler((_, _) => { }).Build();
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(
            ClientSettings.Producer(settings, "copy", settings.ApplicationId + "-copy")).SetLogHandler((_, _) => { }).Build();
        producer.InitTransactions(Wait);
        consumer.Subscribe(settings.RawTopics);
        var interval = TimeSpan.FromMilliseconds(settings.CommitIntervalMilliseconds);
        var next = new long[partitions];
        long begun = 0, opened = 0, copied = 0;
        var open = 0;
        while (copied < count)
        {
            var result = consumer.Consume(TimeSpan.FromMilliseconds(20));
            if (result is not null)
            {
                if (begun == 0)
                    begun = Stopwatch.GetTimestamp();
                if (open++ == 0)
                {
                    opened = Stopwatch.GetTimestamp();
                    producer.BeginTransaction();
                }
                var number = (result.Offset.Value * partitions) + result.Partition.Value;
                var message = events[number % events.Length];
                message.Timestamp = result.Message.Timestamp;
                producer.Produce(settings.FinalTopic, message);
                next[result.Partition.Value] = result.Offset.Value + 1;
                copied++;
            }
            if (open > 0 && (copied == count || open >= settings.MaxTransactionRecords || Stopwatch.GetElapsedTime(opened) >= interval))
            {
                var offsets = next.Select((offset, partition) => new TopicPartitionOffset(settings.RawTopics[0], partition, offset));
                producer.SendOffsetsToTransaction(offsets, consumer.ConsumerGroupMetadata, Wait);
                producer.CommitTransaction(Wait);
                open = 0;
            }
        }
        var elapsed = Stopwatch.GetElapsedTime(begun);
        consumer.Close();
        return elapsed;
    }
}

using AuditStream.Core.Check;
using AuditStream.Core.Flow;
using AuditStream.Streams.Settings;
using Confluent.Kafka;
using TopicPartition = AuditStream.Streams.Ports.TopicPartition;

namespace AuditStream.Streams.Check;

/// <summary>Reads a bounded number of raw records without a group: what control records said first, and what the sources send now.</summary>
internal sealed class RecordLook(ClusterProbe probe, StreamsSettings settings)
{
    private const int MaxPartitions = 500;
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(200);

    /// <summary>Reads, and gives each record to the survey.</summary>
    /// <returns>How many there were.</returns>
    internal int Run(IReadOnlyList<TopicPartition> partitions, SourceSurvey survey, CancellationToken cancellationToken)
    {
        var ranges = probe.Ranges([.. partitions.Take(MaxPartitions)]).Where(range => range.Value.End > range.Value.First).ToDictionary();
        if (ranges.Count == 0)
            return 0;
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(TimeSpan.FromSeconds(KafkaCheck.LookSeconds));
        using var consumer = probe.Consumer(settings.ApplicationId, "read_committed");
        var (first, newest) = (new Dictionary<TopicPartition, (long, long)>(), new Dictionary<TopicPartition, (long, long)>());
        foreach (var (partition, range) in ranges)
        {
            var endOfFirst = Math.Min(range.End, range.First + KafkaCheck.FirstRecords);
            first.Add(partition, (range.First, endOfFirst));
            newest.Add(partition, (Math.Max(endOfFirst, range.End - KafkaCheck.NewestRecords), range.End));
        }
        return Read(consumer, first, survey, time.Token) + Read(consumer, newest, survey, time.Token);
    }

    private static int Read(
        IConsumer<byte[]?, byte[]?> consumer, Dictionary<TopicPartition, (long First, long End)> ranges, SourceSurvey survey, CancellationToken time)
    {
        var open = ranges.Where(range => range.Value.First < range.Value.End).ToDictionary();
        consumer.Assign(open.Select(range => new TopicPartitionOffset(ClusterProbe.Theirs(range.Key), range.Value.First)));
        var count = 0;
        while (open.Count > 0 && !time.IsCancellationRequested)
        {
            ConsumeResult<byte[]?, byte[]?>? result;
            try
            {
                result = consumer.Consume(PollWait);
            }
            catch (ConsumeException exception)
            {
                // A topic that may not be read: that is a finding of the topic.
                foreach (var closed in open.Keys.Where(partition => partition.Topic == exception.ConsumerRecord?.Topic).ToList())
                    open.Remove(closed);
                continue;
            }
            if (result is null)
                continue;
            var partition = new TopicPartition(result.Topic, result.Partition.Value);
            if (!open.TryGetValue(partition, out var range))
                continue;
            if (!result.IsPartitionEOF && result.Offset.Value < range.End)
            {
                survey.Look(ReadRecord.Of(result));
                count++;
            }
            if (result.IsPartitionEOF || result.Offset.Value >= range.End - 1)
            {
                open.Remove(partition);
                consumer.Pause([ClusterProbe.Theirs(partition)]);
            }
        }
        return count;
    }
}

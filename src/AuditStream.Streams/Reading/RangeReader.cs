using AuditStream.Core.Flow;
using AuditStream.Streams.Check;
using AuditStream.Streams.Clients;
using AuditStream.Streams.Ports;
using Confluent.Kafka;
using TopicPartition = AuditStream.Streams.Ports.TopicPartition;

namespace AuditStream.Streams.Reading;

/// <summary>Reads ranges of partitions once, outside of any group: committed records only, nothing is joined or committed.</summary>
internal static class RangeReader
{
    private static readonly TimeSpan pollWait = TimeSpan.FromMilliseconds(200);

    /// <summary>How many polls may bring nothing, one after the other, before a broker counts as away: half a minute.</summary>
    private const int MaxEmptyPolls = 150;

    /// <summary>Reads from first offsets up to ends.</summary>
    /// <param name="probe">The cluster.</param>
    /// <param name="group">A group that this login may name; it is not joined.</param>
    /// <param name="ranges">By partition the first offset and the one after the last.</param>
    /// <param name="take">Takes a record; false ends the reading.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="ClientException">The broker refuses, or does not answer.</exception>
    internal static void Read(
        ClusterProbe probe, string group, IReadOnlyDictionary<TopicPartition, (long First, long End)> ranges,
        Func<RawRecord, bool> take, CancellationToken cancellationToken)
    {
        var open = ranges.Where(range => range.Value.First < range.Value.End).ToDictionary();
        if (open.Count == 0)
            return;
        using var consumer = probe.Consumer(group, "read_committed");
        var empty = 0;
        try
        {
            consumer.Assign(open.Select(range => new TopicPartitionOffset(ClusterProbe.Theirs(range.Key), range.Value.First)));
            while (open.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (consumer.Consume(pollWait) is not { } result)
                {
                    if (++empty >= MaxEmptyPolls)
                        throw new ClientException(ClientErrorClass.Retriable, "NoAnswer", $"Reading {open.Keys.First()} failed: no record came for half a minute.");
                    continue;
                }
                empty = 0;
                var partition = new TopicPartition(result.Topic, result.Partition.Value);
                if (!open.TryGetValue(partition, out var range))
                    continue;
                // A marker may be the last offset of a range: then the next record, or the partition's end, says that it is over.
                if (!result.IsPartitionEOF && result.Offset.Value < range.End && !take(ReadRecord.Of(result)))
                    return;
                if (!result.IsPartitionEOF && result.Offset.Value < range.End - 1)
                    continue;
                open.Remove(partition);
                consumer.Pause([ClusterProbe.Theirs(partition)]);
            }
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort($"Reading {string.Join(", ", open.Keys.Select(partition => partition.Topic).Distinct())}", exception);
        }
    }
}

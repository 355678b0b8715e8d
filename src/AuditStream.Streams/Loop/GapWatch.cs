using AuditStream.Core.Flow;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Loop;

/// <summary>Finds where a partition did not go on at its place: a trail with a gap must not look whole.</summary>
/// <remarks>
/// A place that is not in the log any more the client leaves without a word, and goes on at the first record that is left
/// (<c>auto.offset.reset</c>). So a record that is not at its place is looked at: behind it, offsets may be missing for nothing (markers
/// of transactions, dropped and compacted records), but not those before the beginning of the log; and before it no record can be, unless the
/// log was made anew or has lost its end. Where the log does reach to the place, it is the client that has lost it (a fetch that was refused
/// for a moment, a lookup from before a seek that is answered after it): it is told again, and the record is not processed twice.
/// The beginning of the log and its end come with each fetch: nothing is asked for, but at the first record of an assignment where the group
/// stands.
/// <para>A topic that is quiet for longer than its retention loses its last records after they were read, and with them the marker behind the last one. The
/// client has passed that marker: an idle loop says so (<see cref="Passed"/>), and it is not missed. Before the first record of an assignment nobody
/// knows: there a marker counts as a record that is gone.</para>
/// </remarks>
internal sealed class GapWatch(string group, StreamsMetrics metrics, ILogger logger)
{
    private static readonly TimeSpan CallWait = TimeSpan.FromSeconds(5);
    private readonly Dictionary<TopicPartition, long> passed = [];

    /// <summary>Every record that the client has delivered is processed: what it has passed has no other.</summary>
    internal void Passed(IStreamConsumer consumer, IEnumerable<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
            passed[partition] = consumer.Position(partition) ?? -1;
    }

    /// <summary>Looks at a record that is not at its partition's place, or is the first of an assignment.</summary>
    /// <param name="consumer">The consumer that delivered it.</param>
    /// <param name="partition">Its partition.</param>
    /// <param name="place">The offset behind the last record; -1 at the first of an assignment.</param>
    /// <param name="record">The record.</param>
    /// <param name="leap">Where what there is begins, when the place is gone; null when it is not.</param>
    /// <returns>False where the record is not to be processed: the group's offset cannot be asked for now, and it comes again; or the client has
    /// lost its place, and goes on there.</returns>
    internal bool TryLook(IStreamConsumer consumer, TopicPartition partition, long place, in RawRecord record, out long? leap)
    {
        leap = null;
        var isFirst = place < 0;
        if (isFirst)
        {
            passed.Remove(partition);
            try
            {
                if (consumer.Committed([partition], CallWait)[partition] is not { } committed)
                    return true;
                place = committed;
            }
            catch (ClientException exception) when (exception.ErrorClass is ClientErrorClass.Retriable or ClientErrorClass.Rebalanced)
            {
                consumer.Seek(new PartitionOffset(partition, record.Offset));
                return false;
            }
        }
        var read = Math.Max(place, passed.GetValueOrDefault(partition, -1));
        if (record.Offset > place && consumer.LowWatermark(partition) is { } first && first > read)
        {
            leap = Math.Min(first, record.Offset);
            var lost = leap.Value - read;
            metrics.Missed(partition.Topic, lost);
            StreamsLog.RecordsGone(logger, group, partition.ToString(), read, leap.Value, lost);
        }
        else if (record.Offset < place && consumer.HighWatermark(partition) >= place)
        {
            // At the first record the place may also be that of an owner who came after this one, who does not know it yet.
            StreamsLog.PlaceLost(logger, partition.ToString(), record.Offset, place);
            consumer.Seek(new PartitionOffset(partition, place));
            return false;
        }
        else if (record.Offset < place)
        {
            leap = record.Offset;
            metrics.Missed(partition.Topic, lost: 0);
            StreamsLog.LogEndsBefore(logger, group, partition.ToString(), place, record.Offset);
        }
        return true;
    }
}

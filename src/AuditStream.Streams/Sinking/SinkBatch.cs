using AuditStream.Core.Sink;
using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Sinking;

/// <summary>Rows on their way into the store, and the offsets that may be committed once they are there.</summary>
/// <param name="assignment">Which assignment of partitions it belongs to.</param>
internal sealed class SinkBatch(long assignment)
{
    private readonly Dictionary<TopicPartition, long> nextOffsets = [];

    /// <summary>The rows.</summary>
    internal StoreBatch Rows { get; } = new() { Assignment = assignment };

    /// <summary>How many rows.</summary>
    internal int Count => Rows.Events.Count + Rows.DeadLetters.Count;

    /// <summary>How many bytes they hold.</summary>
    internal long Bytes { get; private set; }

    /// <summary>When the first row came: a timestamp of the clock.</summary>
    internal long Begun { get; private set; }

    /// <summary>Where the group goes on after the batch is written.</summary>
    internal IReadOnlyCollection<PartitionOffset> Offsets => [.. nextOffsets.Select(entry => new PartitionOffset(entry.Key, entry.Value))];

    /// <summary>Adds an event.</summary>
    internal void Add(AuditRow row, PartitionOffset next, long timestamp)
    {
        Note(next, row.Body.Length, timestamp);
        Rows.Events.Add(row);
    }

    /// <summary>Adds a dead letter.</summary>
    internal void Add(DeadLetterRow row, PartitionOffset next, long timestamp)
    {
        Note(next, (row.Key?.Length ?? 0) + (row.Value?.Length ?? 0), timestamp);
        Rows.DeadLetters.Add(row);
    }

    private void Note(PartitionOffset next, long bytes, long timestamp)
    {
        if (Count == 0)
            Begun = timestamp;
        Bytes += bytes;
        nextOffsets[next.Partition] = next.NextOffset;
    }
}

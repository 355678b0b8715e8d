using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Loop;

/// <summary>Finds the record that is too large for the broker, when the broker says so only of a whole transaction.</summary>
/// <remarks>
/// The client refuses what passes its own bound at once. Where the broker's bound is lower (a topic's setting was changed), it refuses a
/// batch, and
/// the transaction fails as a whole without naming a record. Then the next transactions are half as long, and half again, until one of a
/// single record
/// fails: that record becomes a dead letter. Each success doubles the length. A report per record would name it at once, but would cost
/// every
/// record for the sake of these.
/// </remarks>
internal sealed class SizeLimiter
{
    private readonly int longest;
    private readonly HashSet<PartitionOffset> tooLarge = [];

    internal SizeLimiter(int maxRecords) => longest = MaxRecords = maxRecords;

    /// <summary>How many records a transaction holds at most now.</summary>
    internal int MaxRecords { get; private set; }

    /// <summary>True when this record has been found too large.</summary>
    internal bool IsTooLarge(TopicPartition partition, long offset) =>
        tooLarge.Count > 0 && tooLarge.Contains(new PartitionOffset(partition, offset));

    /// <summary>This record is too large.</summary>
    internal void Mark(TopicPartition partition, long offset) => tooLarge.Add(new PartitionOffset(partition, offset));

    /// <summary>A transaction of so many records was refused for its size; one without records tells nothing.</summary>
    internal void Halve(int records) => MaxRecords = records == 0 ? MaxRecords : Math.Max(1, records / 2);

    /// <summary>A transaction was committed.</summary>
    internal void Committed()
    {
        if (MaxRecords < longest)
            MaxRecords = (int)Math.Min(2L * MaxRecords, longest);
    }

    /// <summary>The group goes on from here: records before it are done with. Others stay marked, or other partitions' commits would
    /// make them fail again and again.</summary>
    internal void Forget(PartitionOffset next)
    {
        if (tooLarge.Count > 0)
            tooLarge.RemoveWhere(record => record.Partition == next.Partition && record.NextOffset < next.NextOffset);
    }
}

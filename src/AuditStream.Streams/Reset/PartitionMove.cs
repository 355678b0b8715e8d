using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Reset;

/// <summary>Where a group goes on in one partition.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="From">What it has committed; null for nothing.</param>
/// <param name="To">Where it is to go on.</param>
/// <param name="First">The first offset that there is.</param>
/// <param name="End">The offset after the last.</param>
public sealed record PartitionMove(TopicPartition Partition, long? From, long To, long First, long End)
{
    /// <summary>How many offsets come again; negative: so many are left out. An offset may be a marker, which is no record.</summary>
    public long Again => (From ?? First) - To;
}

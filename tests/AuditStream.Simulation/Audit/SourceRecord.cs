using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Audit;

/// <summary>A raw record as the source wrote it.</summary>
/// <param name="Partition">Where.</param>
/// <param name="Offset">At which offset.</param>
/// <param name="Kind">What is to become of it.</param>
/// <param name="Row">The row that it changes: its key.</param>
internal sealed record SourceRecord(TopicPartition Partition, long Offset, SourceKind Kind, string Row)
{
    /// <summary>What names it in events: where it stood.</summary>
    internal string Name => FormattableString.Invariant($"{Partition}@{Offset}");
}

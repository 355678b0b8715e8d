namespace AuditStream.Core.Sink;

/// <summary>What one PostgreSQL transaction writes.</summary>
public sealed class StoreBatch
{
    /// <summary>Events in the order of the final topic, per shard by <see cref="AuditRow.StreamOffset"/>.</summary>
    public List<AuditRow> Events { get; } = [];

    /// <summary>Dead letters of the normalizer, mirrored, and of the sink's own reading.</summary>
    public List<DeadLetterRow> DeadLetters { get; } = [];

    /// <summary>Counts the assignments of partitions to who writes: a batch of a later one claims its shards anew.</summary>
    public long Assignment { get; init; }

    /// <summary>True when there is nothing to write.</summary>
    public bool IsEmpty => Events.Count == 0 && DeadLetters.Count == 0;
}

namespace AuditStream.Core.Sink;

/// <summary>One row of <c>audit.event</c>: the scalar columns read back from an event's bytes, and the bytes. The noun that leaves Sink.</summary>
/// <remarks>Owns its memory: the sink keeps rows until their batch is stored.</remarks>
public sealed record AuditRow
{
    /// <summary><c>event_id</c>.</summary>
    public required Guid EventId { get; init; }

    /// <summary><c>occurred_at</c>, cut to milliseconds: the partition key; milliseconds since the Unix epoch.</summary>
    public required long OccurredAtMilliseconds { get; init; }

    /// <summary><c>operation</c>.</summary>
    public required string Operation { get; init; }

    /// <summary><c>source.name</c>.</summary>
    public required string Source { get; init; }

    /// <summary><c>source.schema</c>, else <c>source.database</c>; null when neither is known.</summary>
    public required string? Schema { get; init; }

    /// <summary><c>source.table</c>; null for what belongs to no table.</summary>
    public required string? Table { get; init; }

    /// <summary><c>key</c> as canonical JSON text; null for a table without a key.</summary>
    public required string? Key { get; init; }

    /// <summary>SHA-256 of the canonical key text in UTF-8, 32 bytes; null when <see cref="Key"/> is.</summary>
    public required byte[]? KeyHash { get; init; }

    /// <summary><c>changed</c>; null when not known.</summary>
    public required string[]? Changed { get; init; }

    /// <summary><c>transaction.id</c>; null when not known.</summary>
    public required string? TransactionId { get; init; }

    /// <summary><c>actor</c>; null when the record does not say.</summary>
    public required string? Actor { get; init; }

    /// <summary><c>source.position</c>; null when not known.</summary>
    public required string? SourcePosition { get; init; }

    /// <summary>HMAC of the facts as delivered, 32 bytes.</summary>
    public required byte[] FactHash { get; init; }

    /// <summary>The scheme of <see cref="FactHash"/>.</summary>
    public required short FactScheme { get; init; }

    /// <summary>The whole HMAC of the coordinate, 32 bytes.</summary>
    public required byte[] EventUid { get; init; }

    /// <summary>The partition of the final topic.</summary>
    public required int Shard { get; init; }

    /// <summary>The offset in that partition.</summary>
    public required long StreamOffset { get; init; }

    /// <summary>The event's bytes, verbatim.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }
}

namespace AuditStream.Core.Flow;

/// <summary>One record of a raw topic, as the broker delivered it: nothing decoded, nothing copied.</summary>
/// <remarks>The memory belongs to the caller and is valid only until the handler returns. A room that keeps a byte longer copies it.</remarks>
public readonly struct RawRecord
{
    /// <summary>The topic's name.</summary>
    public required string Topic { get; init; }

    /// <summary>The partition's number, from 0.</summary>
    public required int Partition { get; init; }

    /// <summary>The record's offset in its partition, from 0.</summary>
    public required long Offset { get; init; }

    /// <summary>The record's Kafka timestamp in milliseconds since the Unix epoch; -1 when the broker has none.</summary>
    public required long TimestampMilliseconds { get; init; }

    /// <summary>The key's bytes; null when the record has no key.</summary>
    public ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>The value's bytes; null for a tombstone.</summary>
    public ReadOnlyMemory<byte>? Value { get; init; }

    /// <summary>The headers in their order; names may repeat.</summary>
    public IReadOnlyList<RecordHeader> Headers { get; init; }

    /// <summary>Where in the raw record this one stood, when it was unwrapped from one that holds several: its index and its own sequence number,
    /// in UTF-8; empty for a record that came as it is.</summary>
    public ReadOnlyMemory<byte> Part { get; init; }
}

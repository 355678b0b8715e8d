using AuditStream.Core.Flow;

namespace AuditStream.Streams.Ports;

/// <summary>One record on its way to a topic. Its memory is valid only during the call that takes it.</summary>
public readonly struct OutgoingRecord
{
    /// <summary>The topic.</summary>
    public required string Topic { get; init; }

    /// <summary>The partition; null lets the partitioner choose by key.</summary>
    public int? Partition { get; init; }

    /// <summary>The key's bytes; null for none.</summary>
    public required ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>The value's bytes; null for a tombstone.</summary>
    public required ReadOnlyMemory<byte>? Value { get; init; }

    /// <summary>The headers in their order.</summary>
    public required IReadOnlyList<RecordHeader> Headers { get; init; }

    /// <summary>The record's timestamp in milliseconds since the Unix epoch; negative lets the client take its own clock.</summary>
    public required long TimestampMilliseconds { get; init; }

    /// <summary>Told the record's offset when the broker has stored it: on another thread, before the commit of its transaction returns. Only
    /// where the producer tells offsets; null for not wanted.</summary>
    public Action<long>? Stored { get; init; }
}

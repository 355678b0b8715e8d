using AuditStream.Core.Decode;

namespace AuditStream.Core.Emit;

/// <summary>One canonical audit event in its final bytes. The noun that leaves Emit.</summary>
/// <remarks>Reused; every memory is valid until the next event is made. The value is the only form of the event: these bytes are what is
/// sent, stored and hashed.</remarks>
public sealed class AuditEvent
{
    /// <summary>The Kafka key: canonical JSON of <c>key</c>, <c>schema</c>, <c>source</c>, <c>table</c>.</summary>
    public ReadOnlyMemory<byte> Key { get; set; }

    /// <summary>The event: canonical JSON.</summary>
    public ReadOnlyMemory<byte> Value { get; set; }

    /// <summary>The headers in their fixed order, but for the host's own <c>auditstream-processed-at</c>.</summary>
    public IReadOnlyList<Flow.RecordHeader> Headers { get; set; } = [];

    /// <summary>The raw record's timestamp in milliseconds since the Unix epoch: the event's Kafka timestamp.</summary>
    public long TimestampMilliseconds { get; set; }

    /// <summary>The event's id.</summary>
    public Guid Id { get; set; }

    /// <summary>What the change did.</summary>
    public ChangeOperation Operation { get; set; }
}

namespace AuditStream.Core.Flow;

/// <summary>The headers of an event: names, in the order in which they stand.</summary>
public static class EventHeaders
{
    /// <summary>CloudEvents' version: always <c>1.0</c>.</summary>
    public const string SpecVersion = "ce_specversion";

    /// <summary>The event's id.</summary>
    public const string Id = "ce_id";

    /// <summary><c>auditstream.</c> and the operation.</summary>
    public const string Type = "ce_type";

    /// <summary><c>/</c> and the source's name, percent-encoded.</summary>
    public const string Source = "ce_source";

    /// <summary>The event's <c>occurred_at</c>.</summary>
    public const string Time = "ce_time";

    /// <summary><c>schema.table</c>; without schema <c>database.table</c>; left out for what belongs to no table.</summary>
    public const string Subject = "ce_subject";

    /// <summary>In what the value is written: <c>application/json</c>, or <see cref="AvroContent"/>.</summary>
    public const string ContentType = "content-type";

    /// <summary>The value of <see cref="ContentType"/> for Avro in Confluent's framing.</summary>
    public const string AvroContent = "application/avro";

    /// <summary>The scheme, a colon, and the fact hash in 64 lower-case hex digits.</summary>
    public const string FactHash = "auditstream-fact-hash";

    /// <summary>The whole event uid in 64 lower-case hex digits.</summary>
    public const string EventUid = "auditstream-event-uid";

    /// <summary>When the host sent the event: RFC 3339, UTC, milliseconds. Written by the host.</summary>
    public const string ProcessedAt = "auditstream-processed-at";
}

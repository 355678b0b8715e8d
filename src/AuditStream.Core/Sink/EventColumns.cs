namespace AuditStream.Core.Sink;

/// <summary>The scalar columns of one event while they are read from its body. Null: not met, or null in the event.</summary>
public struct EventColumns
{
    /// <summary>Member <c>event_id</c>.</summary>
    public Guid? EventId { get; internal set; }

    /// <summary>Member <c>occurred_at</c> in microseconds since the Unix epoch.</summary>
    public long? OccurredAtMicroseconds { get; internal set; }

    /// <summary>Member <c>operation</c>.</summary>
    public string? Operation { get; internal set; }

    /// <summary>Member <c>source.name</c>.</summary>
    public string? Source { get; internal set; }

    /// <summary>Member <c>source.database</c>.</summary>
    public string? Database { get; internal set; }

    /// <summary>Member <c>source.schema</c>.</summary>
    public string? Schema { get; internal set; }

    /// <summary>Member <c>source.table</c>.</summary>
    public string? Table { get; internal set; }

    /// <summary>Member <c>source.position</c>.</summary>
    public string? Position { get; internal set; }

    /// <summary>Member <c>transaction.id</c>.</summary>
    public string? TransactionId { get; internal set; }

    /// <summary>Member <c>actor</c>.</summary>
    public string? Actor { get; internal set; }

    /// <summary>Member <c>changed</c>.</summary>
    public string[]? Changed { get; internal set; }

    /// <summary>True when member <c>spec</c> is <c>auditstream/1</c>.</summary>
    public bool IsSpecified { get; internal set; }

    /// <summary>True when the event was made under the reader's identity key.</summary>
    public bool IsOfThisKey { get; internal set; }

    /// <summary>Where the value of member <c>key</c> stands in the body; empty when the member is null or not met.</summary>
    public Range Key { get; internal set; }
}

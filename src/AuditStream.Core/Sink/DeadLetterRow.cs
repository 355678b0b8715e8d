namespace AuditStream.Core.Sink;

/// <summary>One row of <c>audit.dead_letter</c>: what was refused, byte for byte, and why.</summary>
public sealed record DeadLetterRow
{
    /// <summary>Who refused it: <c>normalize</c>, <c>sink</c> or <c>store</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>The reason code, in kebab-case.</summary>
    public required string Reason { get; init; }

    /// <summary>One sentence without row values.</summary>
    public required string Message { get; init; }

    /// <summary>The topic of the refused record.</summary>
    public required string Topic { get; init; }

    /// <summary>Its partition.</summary>
    public required int Partition { get; init; }

    /// <summary>Its offset.</summary>
    public required long Offset { get; init; }

    /// <summary>Its timestamp in milliseconds since the Unix epoch; -1 when there is none.</summary>
    public required long TimestampMilliseconds { get; init; }

    /// <summary>Its key; null when it had none.</summary>
    public required byte[]? Key { get; init; }

    /// <summary>Its value; null when it had none.</summary>
    public required byte[]? Value { get; init; }

    /// <summary>Its headers as a JSON array of <c>[name, base64 or null]</c>.</summary>
    public required string HeadersJson { get; init; }

    /// <summary>The shard whose chain it goes into: a partition of the final topic, or <c>-1 - partition</c> of the dead letters' topic.</summary>
    public int Shard { get; init; }
}

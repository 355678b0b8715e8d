using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode.Envelopes;

/// <summary>A record as it stood in a wrapper.</summary>
internal readonly struct InnerRecord
{
    /// <summary>The topic that it came from; null when it came from none.</summary>
    public string? Topic { get; init; }

    /// <summary>Its key; null without.</summary>
    public ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>Its value; null for a tombstone.</summary>
    public ReadOnlyMemory<byte>? Value { get; init; }

    /// <summary>Its own time in milliseconds since 1970; -1 when the wrapper tells none.</summary>
    public long TimestampMilliseconds { get; init; }

    /// <summary>Its headers.</summary>
    public IReadOnlyList<RecordHeader> Headers { get; init; }

    /// <summary>Its index, and its sequence number, in UTF-8.</summary>
    public ReadOnlyMemory<byte> Part { get; init; }

    /// <summary>Where its value stands in the wrapper.</summary>
    public int Start { get; init; }

    /// <summary>True when it stands there as it is, and not in base64.</summary>
    public bool IsPlain { get; init; }
}

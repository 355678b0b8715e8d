namespace AuditStream.Core.Forward;

/// <summary>What a forwarded message says. The number stands in the message; members are only ever added.</summary>
internal enum ForwardKind : byte
{
    /// <summary>Of no meaning.</summary>
    None,

    /// <summary>A change of the row whose address is the message's key.</summary>
    Change,

    /// <summary>The row whose address is the message's key is there no more: it moved to another key.</summary>
    Left,

    /// <summary>All rows went at once of the table whose address is the message's key.</summary>
    Truncated,

    /// <summary>A record of the origin's topic could not be read: what is kept of the topic's rows may be old.</summary>
    Missed,
}

namespace AuditStream.Core.Decode.Debezium;

/// <summary>The block of an envelope that a member belongs to.</summary>
internal enum BlockKind : byte
{
    /// <summary>None.</summary>
    None,

    /// <summary>The envelope itself.</summary>
    Envelope,

    /// <summary>The block <c>source</c>.</summary>
    Source,

    /// <summary>The block <c>transaction</c>.</summary>
    Transaction,

    /// <summary>Another one, of which nothing is read.</summary>
    Other,
}

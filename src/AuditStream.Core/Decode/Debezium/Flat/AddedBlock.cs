namespace AuditStream.Core.Decode.Debezium.Flat;

/// <summary>The block of an envelope that an added member was taken from.</summary>
internal enum AddedBlock : byte
{
    /// <summary>None: the member is a column.</summary>
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

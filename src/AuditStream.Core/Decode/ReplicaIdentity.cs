namespace AuditStream.Core.Decode;

/// <summary>What the source puts into a before-image, as configuration knows it. The wire name is the member's name in lower case.</summary>
public enum ReplicaIdentity : byte
{
    /// <summary>Not configured: a before-image counts as full only when the record itself proves it.</summary>
    Auto,

    /// <summary>The whole old row (PostgreSQL <c>REPLICA IDENTITY FULL</c>, MySQL <c>binlog_row_image=FULL</c>).</summary>
    Full,

    /// <summary>Key columns only; other columns hold fillers.</summary>
    Key,

    /// <summary>The columns of an index that need not be the key: the key of a delete may be a filler.</summary>
    Index,
}

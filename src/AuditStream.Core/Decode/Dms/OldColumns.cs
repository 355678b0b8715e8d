namespace AuditStream.Core.Decode.Dms;

/// <summary>Which columns that are named like old values are such, where the column itself is there too.</summary>
internal enum OldColumns : byte
{
    /// <summary>None: the before-image has a member of its own.</summary>
    None,

    /// <summary>Those that are null: a new row has no old values, so one that is something is a column of the table.</summary>
    Null,

    /// <summary>All.</summary>
    Any,
}

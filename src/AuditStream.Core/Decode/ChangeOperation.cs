namespace AuditStream.Core.Decode;

/// <summary>What a change did. The wire name is the member's name in lower case.</summary>
public enum ChangeOperation : byte
{
    /// <summary>A row came into being.</summary>
    Insert,

    /// <summary>A row changed, or was written again unchanged.</summary>
    Update,

    /// <summary>A row went.</summary>
    Delete,

    /// <summary>All rows of a table went at once.</summary>
    Truncate,

    /// <summary>An existing row was read: nothing changed.</summary>
    Snapshot,

    /// <summary>A row's state, of which the record does not tell whether it was inserted or updated.</summary>
    Upsert,

    /// <summary>A table's definition changed.</summary>
    Schema,

    /// <summary>A message that the application wrote into the source's log.</summary>
    Message,

    /// <summary>The end of a transaction, with the source's own counts.</summary>
    Transaction,

    /// <summary>What became of a range of records: the pipeline's own account.</summary>
    Ledger,

    /// <summary>What was done to the pipeline or its store.</summary>
    Audit,
}

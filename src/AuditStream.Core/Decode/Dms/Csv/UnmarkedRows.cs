namespace AuditStream.Core.Decode.Dms.Csv;

/// <summary>What lines are that tell no operation. The wire name is the member's name in lower case.</summary>
public enum UnmarkedRows : byte
{
    /// <summary>Rows of a load.</summary>
    Snapshot,

    /// <summary>Inserts: of a task without load, with <c>CdcInsertsOnly</c>.</summary>
    Insert,

    /// <summary>Either, or updates too: of a task with <c>CdcInsertsAndUpdates</c>.</summary>
    Upsert,
}

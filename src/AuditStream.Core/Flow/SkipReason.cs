namespace AuditStream.Core.Flow;

/// <summary>Why a record is left out on purpose. The wire name is the member's name in kebab-case.</summary>
public enum SkipReason : byte
{
    /// <summary>Not skipped.</summary>
    None,

    /// <summary>A null value after a delete (Debezium <c>tombstones.on.delete</c>), or its written form.</summary>
    Tombstone,

    /// <summary>A connector's sign of life.</summary>
    Heartbeat,

    /// <summary>The BEGIN marker of a transaction: the END marker carries the counts.</summary>
    TransactionBegin,

    /// <summary>A connector's progress notification.</summary>
    Notification,

    /// <summary>A row of a table that a capturing tool keeps for itself: signal table, heartbeat table, <c>awsdms_*</c>.</summary>
    Bookkeeping,

    /// <summary>An entry of a database activity stream: a statement that ran, without the rows that it changed.</summary>
    Activity,

    /// <summary>A wrapper that holds no record, or a transaction that holds no captured change.</summary>
    Empty,

    /// <summary>A row of another table that configuration leaves out (<c>SkippedTables</c>).</summary>
    SkippedTable,

    /// <summary>A line that names columns, without a row.</summary>
    Header,

    /// <summary>A message of the pipeline's own to the tasks that keep row images: it ends images and is no change.</summary>
    ImageMarker,
}

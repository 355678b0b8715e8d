using AuditStream.Core.Flow;

namespace AuditStream.App.Explain;

/// <summary>What became of a record, in words.</summary>
public static class OutcomeText
{
    /// <summary><c>event</c>, <c>skip</c> or <c>reject</c>.</summary>
    public static string Kind(in Outcome outcome) => outcome.Kind switch
    {
        OutcomeKind.Emitted => "event",
        OutcomeKind.Skipped => "skip",
        OutcomeKind.Rejected => "reject",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome.Kind, "No such outcome."),
    };

    /// <summary>The reason's wire name; null for events.</summary>
    public static string? Reason(in Outcome outcome) => outcome.Kind switch
    {
        OutcomeKind.Skipped => WireName.Of(outcome.Skip),
        OutcomeKind.Rejected when outcome.Rejection is { } rejection => WireName.Of(rejection.Code),
        _ => null,
    };

    /// <summary>What a skipped record is, in a sentence; null for a reason that needs no more words.</summary>
    public static string? Sentence(SkipReason reason) => reason switch
    {
        SkipReason.Tombstone => "Empty value: it lets a compacted topic forget the row. The delete itself is a record of its own, unless rows are unwrapped: see Sources:Tombstones.",
        SkipReason.Heartbeat => "The connector's sign of life: it moves the connector's position on while no table changes.",
        SkipReason.TransactionBegin => "A transaction begins. Nothing is known of it yet: its end tells the counts, and becomes an event.",
        SkipReason.Notification => "The connector reports its own progress, of a snapshot for example: no row changed.",
        SkipReason.Bookkeeping => "A row of a bookkeeping table, which a capturing tool keeps for itself. Sources:SkippedTables says which.",
        SkipReason.SkippedTable => "A row of a table that Sources:SkippedTables leaves out.",
        SkipReason.Activity => "A statement of a database activity stream: it tells who did something, and no row of what changed.",
        SkipReason.Empty => "A wrapper without a record in it, or a transaction without a captured change: there was nothing to read.",
        SkipReason.Header => "A line that names columns, and no row: it holds for its own record alone.",
        SkipReason.ImageMarker => "A message of the pipeline to the tasks that keep row images: it ends images and is no change.",
        _ => null,
    };
}

namespace AuditStream.Postgres;

/// <summary>One event of a row's history.</summary>
/// <param name="OccurredAt">When the source says it happened; UTC, milliseconds.</param>
/// <param name="Operation">insert, update, delete, …</param>
/// <param name="Changed">Names of the changed columns; null when not known or not applicable.</param>
/// <param name="Actor">Who, when the record said so.</param>
/// <param name="TransactionId">The source's transaction; null when not known.</param>
/// <param name="SourcePosition">The place in the source's log; null when not known.</param>
/// <param name="Shard">Partition of the final topic.</param>
/// <param name="StreamOffset">Offset in it.</param>
/// <param name="EventId">The event's id.</param>
/// <param name="Body">The event, canonical JSON.</param>
public sealed record HistoryEntry(
    DateTimeOffset OccurredAt, string Operation, IReadOnlyList<string>? Changed, string? Actor, string? TransactionId,
    string? SourcePosition, int Shard, long StreamOffset, Guid EventId, string Body);

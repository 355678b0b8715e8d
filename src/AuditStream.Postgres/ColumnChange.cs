namespace AuditStream.Postgres;

/// <summary>One change of a column: what <c>audit.changes_of</c> says.</summary>
/// <param name="OccurredAt">When the source says it happened; UTC, milliseconds.</param>
/// <param name="Operation">insert, update, delete, …</param>
/// <param name="Key">The row's key, canonical JSON; null for a table without one.</param>
/// <param name="IsCertain">False: the event does not tell whether the column changed.</param>
/// <param name="Old">The value before, as JSON; null when the event does not tell.</param>
/// <param name="New">The value after, as JSON; null when the event does not tell.</param>
/// <param name="Actor">Who, when the record said so.</param>
/// <param name="TransactionId">The source's transaction; null when not known.</param>
/// <param name="EventId">The event's id.</param>
public sealed record ColumnChange(
    DateTimeOffset OccurredAt, string Operation, string? Key, bool IsCertain, string? Old, string? New, string? Actor, string? TransactionId, Guid EventId);

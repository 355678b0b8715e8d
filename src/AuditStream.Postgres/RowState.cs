namespace AuditStream.Postgres;

/// <summary>A row as it was at an instant: what <c>audit.row_at</c> says.</summary>
/// <param name="State"><c>present</c>, <c>absent</c> or <c>unknown</c>.</param>
/// <param name="Row">The known values as a JSON object, verbatim; null unless the row was there.</param>
/// <param name="Unknown">Columns whose value is not known; null unless the row was there.</param>
/// <param name="IsWhole">Whether no other column is missing; null unless the row was there.</param>
/// <param name="Hidden">Columns that the field policy hides; null unless the row was there.</param>
/// <param name="AsOf">When the event that decided it occurred; null without one.</param>
/// <param name="Operation">That event's operation.</param>
/// <param name="EventId">That event's id.</param>
/// <param name="Note">What else there is to know, as a sentence; null for nothing.</param>
public sealed record RowState(
    string State, string? Row, IReadOnlyList<string>? Unknown, bool? IsWhole, IReadOnlyList<string>? Hidden, DateTimeOffset? AsOf, string? Operation,
    Guid? EventId, string? Note);

using AuditStream.Postgres;

namespace AuditStream.Demo.Output;

/// <summary>One row's events from one source.</summary>
/// <param name="Row">The row.</param>
/// <param name="Entries">Its events, oldest first.</param>
public sealed record RowHistory(RowAddress Row, IReadOnlyList<HistoryEntry> Entries);

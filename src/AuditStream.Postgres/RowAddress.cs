namespace AuditStream.Postgres;

/// <summary>Which row a history is of, in the words of <c>audit.event</c>.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Schema">Its schema; null when not known.</param>
/// <param name="Table">Its table; null for what belongs to none.</param>
/// <param name="Key">Its key in canonical JSON, <c>{"id":"42"}</c>; null for a table without a key.</param>
public sealed record RowAddress(string Source, string? Schema, string? Table, string? Key);

namespace AuditStream.Postgres;

/// <summary>A table that has events, in the words of <c>audit.event</c>.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Schema">Its schema, or its database where the source has no schemas; null when neither is known.</param>
/// <param name="Table">Its name.</param>
public sealed record TableAddress(string Source, string? Schema, string Table);

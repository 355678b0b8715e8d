using AuditStream.Core.Sink;

namespace AuditStream.Postgres;

/// <summary>One line of the table of <see cref="StoreErrors"/>.</summary>
/// <param name="Code">A SQLSTATE, or its first two characters for the rest of a class.</param>
/// <param name="Class">What to do.</param>
/// <param name="Name">What it is called.</param>
/// <param name="NamesObjectsOnly">Whether the server's message names tables, roles and settings only, never row values, so that it may be
/// shown.</param>
/// <param name="Advice">How to mend it; null when it passes by itself or is one row's.</param>
public sealed record StoreErrorEntry(string Code, StoreErrorClass Class, string Name, bool NamesObjectsOnly = false, string? Advice = null);

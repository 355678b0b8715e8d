namespace AuditStream.Postgres;

/// <summary>What a migration would do.</summary>
/// <param name="Names">The files that are missing, in order; empty: the schema is up to date.</param>
/// <param name="StoresFingerprint">Whether the store has no identity key yet, and takes the given one.</param>
/// <param name="Sql">The same as a script; empty when there is nothing to do.</param>
public sealed record MigrationPlan(IReadOnlyList<string> Names, bool StoresFingerprint, string Sql);

using Xunit;

namespace AuditStream.Testing;

/// <summary>A fact about a real PostgreSQL server on a disk without room: skipped by name where either is not to be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresAndSmallDiskFactAttribute : FactAttribute
{
    /// <summary>Looks for the server programs, and tries to mount a small disk.</summary>
    public PostgresAndSmallDiskFactAttribute() => Skip = Machine.SkipFor(Machine.MissingPostgres()) ?? SmallDisk.Missing;
}

using Xunit;

namespace AuditStream.Testing;

/// <summary>A fact about a real PostgreSQL server: skipped by name where the machine has no server programs.</summary>
/// <remarks>With <c>CI=true</c> and <c>shared/kafka</c> beside the repository it is never skipped: then it runs, or fails.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PostgresFactAttribute : FactAttribute
{
    /// <summary>Looks for the server programs.</summary>
    public PostgresFactAttribute() => Skip = Machine.SkipFor(Machine.MissingPostgres());
}

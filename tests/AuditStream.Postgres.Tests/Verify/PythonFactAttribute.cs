using AuditStream.Testing;

namespace AuditStream.Postgres.Tests.Verify;

/// <summary>A fact about a real PostgreSQL server and another program: skipped by name where there is no server or no python3.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute() => Skip = new PostgresFactAttribute().Skip ?? (HasPython ? null : "There is no python3 on this machine.");

    private static bool HasPython =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "python3")));
}

using Xunit;

namespace AuditStream.Testing;

/// <summary>A fact over messages that were captured or published (shared/fixtures); skipped by name where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FixturesFactAttribute : FactAttribute
{
    /// <summary>Looks for the folder once, when tests are discovered.</summary>
    public FixturesFactAttribute() =>
        Skip = SharedFolder.Fixtures is null ? "The captured and published messages (shared/fixtures) are not on this machine." : null;
}

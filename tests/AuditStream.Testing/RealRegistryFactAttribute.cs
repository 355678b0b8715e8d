using Xunit;

namespace AuditStream.Testing;

/// <summary>A fact that needs a real schema registry (shared/registry and java); skipped by name where one is missing.</summary>
/// <remarks>With <c>CI=true</c> and <c>shared/kafka</c> beside the repository it is never skipped: then it runs, or fails.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealRegistryFactAttribute : FactAttribute
{
    /// <summary>Asks the machine once, when tests are discovered.</summary>
    public RealRegistryFactAttribute() => Skip = Machine.SkipFor(Machine.MissingRegistry());
}

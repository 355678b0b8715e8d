using Xunit;

namespace AuditStream.Testing;

/// <summary>A fact that needs a real connector and a real schema registry beside it; skipped by name where one is missing.</summary>
/// <remarks>With <c>CI=true</c> and <c>shared/kafka</c> beside the repository it is never skipped: then it runs, or fails.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealConnectorAndRegistryFactAttribute : FactAttribute
{
    /// <summary>Asks the machine once, when tests are discovered.</summary>
    public RealConnectorAndRegistryFactAttribute() => Skip = Machine.SkipFor(Machine.MissingConnectorAndRegistry());
}

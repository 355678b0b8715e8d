using Xunit;

namespace AuditStream.Testing;

/// <summary>A fact that needs a real schema registry (shared/registry), a real Kafka and PostgreSQL's server programs; skipped by name where
/// one is missing.</summary>
/// <remarks>With <c>CI=true</c> and <c>shared/kafka</c> beside the repository it is never skipped: then it runs, or fails.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealRegistryAndKafkaFactAttribute : FactAttribute
{
    /// <summary>Asks the machine once, when tests are discovered.</summary>
    public RealRegistryAndKafkaFactAttribute() => Skip = Machine.SkipFor(Machine.MissingRegistryAndKafka());
}

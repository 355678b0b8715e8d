using Xunit;

namespace AuditStream.Testing;

/// <summary>A fact that needs a real schema registry (shared/registry), a real Kafka and PostgreSQL's server programs; skipped by name where
/// one is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealRegistryAndKafkaFactAttribute : FactAttribute
{
    /// <summary>Asks the machine once, when tests are discovered.</summary>
    public RealRegistryAndKafkaFactAttribute() => Skip = Machine.MissingRegistryAndKafka();
}

using Xunit;

namespace AuditStream.Testing;

/// <summary>A fact that needs a real schema registry (shared/registry), a real Kafka, PostgreSQL's server programs, node and the npm package avsc; skipped by
/// name where one is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealRegistryKafkaAndAvscFactAttribute : FactAttribute
{
    /// <summary>Asks the machine once, when tests are discovered.</summary>
    public RealRegistryKafkaAndAvscFactAttribute() => Skip = Machine.SkipFor(Machine.MissingRegistryAndKafka()) ?? NodeModules.MissingAvsc;
}

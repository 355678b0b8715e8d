using AuditStream.Demo;

namespace AuditStream.Testing;

/// <summary>What this machine has of what real tests need, each in the words of the reason to skip.</summary>
internal static class Machine
{
    /// <summary>Where continuous integration runs beside a real Kafka nothing may be skipped.</summary>
    internal static bool MustRun =>
        Environment.GetEnvironmentVariable("CI") is "true" or "1" && SharedFolder.KafkaScript is not null;

    internal static string? MissingKafka() =>
        SharedFolder.KafkaScript is null ? "needs a real Kafka: shared/kafka is not beside the repository"
        : OnPath("java") is null ? "needs java 17 or later for the real Kafka"
        : null;

    internal static string? MissingConnector() =>
        MissingKafka()
        ?? (SharedFolder.DebeziumPlugins is null ? "needs a real connector: shared/debezium is not beside the repository" : null)
        ?? MissingPostgres();

    internal static string? MissingRegistry() =>
        SharedFolder.RegistryScript is null ? "needs a real schema registry: shared/registry is not beside the repository"
        : OnPath("java") is null ? "needs java 17 or later for the real schema registry"
        : null;

    internal static string? MissingConnectorAndRegistry() => MissingConnector() ?? MissingRegistry();

    internal static string? MissingRegistryAndKafka() => MissingRegistry() ?? MissingKafkaAndPostgres();

    internal static string? MissingPostgres() =>
        ThrowAwayPostgres.IsAvailable ? null : "needs PostgreSQL's server programs (Debian: postgresql; or AUDITSTREAM_PG_BIN)";

    internal static string? MissingKafkaAndPostgres() => MissingKafka() ?? MissingPostgres();

    internal static string? SkipFor(string? missing) => MustRun ? null : missing;

    private static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}

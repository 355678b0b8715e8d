namespace AuditStream.Testing;

/// <summary>Finds the folder <c>shared</c> beside the repository, which holds a real Kafka and a real connector where a machine has them.</summary>
/// <remarks>Looked for in every folder above the test assembly; <c>AUDITSTREAM_SHARED</c> names another place.</remarks>
public static class SharedFolder
{
    private const string Variable = "AUDITSTREAM_SHARED";
    private const int MaxLevels = 20;

    /// <summary>The folder, or null where there is none.</summary>
    public static string? Path { get; } = Find();

    /// <summary>The script that starts a real Kafka, or null where there is none.</summary>
    public static string? KafkaScript => FileAt("kafka", "kafka");

    /// <summary>The script that starts a real schema registry, or null where there is none.</summary>
    public static string? RegistryScript => FileAt("registry", "registry");

    /// <summary>The folder of Debezium's plug-ins, or null where there is none.</summary>
    public static string? DebeziumPlugins => DirectoryAt("debezium", "plugins");

    /// <summary>The folder of captured and published messages, or null where there is none.</summary>
    public static string? Fixtures => DirectoryAt("fixtures");

    /// <summary>The folder of Connect's Avro converters, or null where there is none.</summary>
    public static string? AvroConverters => DirectoryAt("registry", "converter");

    private static string? FileAt(params string[] parts) => At(parts) is { } path && File.Exists(path) ? path : null;

    private static string? DirectoryAt(params string[] parts) => At(parts) is { } path && Directory.Exists(path) ? path : null;

    private static string? At(string[] parts) => Path is null ? null : System.IO.Path.Combine([Path, .. parts]);

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
            return Directory.Exists(named) ? named : null;
        var folder = AppContext.BaseDirectory;
        for (var level = 0; level < MaxLevels && folder is not null; level++)
        {
            var candidate = System.IO.Path.Combine(folder, "shared");
            if (Directory.Exists(System.IO.Path.Combine(candidate, "kafka")))
                return candidate;
            folder = System.IO.Path.GetDirectoryName(folder);
        }
        return null;
    }
}

using AuditStream.Testing;

namespace AuditStream.App.Tests.CommandLine;

/// <summary>A fact over Avro messages captured from a real connector: skipped by name where they are not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class CapturedAvroFactAttribute : FactAttribute
{
    public CapturedAvroFactAttribute() => Skip = Folder is null ? "The captured Avro messages (shared/fixtures) are not on this machine." : null;

    public static string? Folder { get; } =
        SharedFolder.Path is { } shared && Path.Combine(shared, "fixtures", "debezium", "pg-e-avro") is var folder && Directory.Exists(folder) ? folder : null;
}

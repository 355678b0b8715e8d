using System.Text.Json;

namespace AuditStream.Testing;

/// <summary>The files of compose/ with a connector's properties.</summary>
public static class ConnectorFile
{
    /// <summary>The one that loses least.</summary>
    public const string Json = "connector.json";

    /// <summary>The same with Avro converters.</summary>
    public const string Avro = "connector-avro.json";

    /// <summary>All properties of a file.</summary>
    public static IReadOnlyDictionary<string, string> Read(string file = Json) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(Path.Combine(RepositoryFolder.Root, "compose", file))) ?? [];
}

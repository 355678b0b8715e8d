using System.Text.Json;

namespace AuditStream.Testing;

/// <summary><c>compose/connector.json</c>: the connector's properties.</summary>
public static class ConnectorFile
{
    /// <summary>All of them.</summary>
    public static IReadOnlyDictionary<string, string> Read() =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(Path.Combine(RepositoryFolder.Root, "compose/connector.json"))) ?? [];
}

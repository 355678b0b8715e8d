using System.Text.Json;

namespace AuditStream.House.Tests.Deployment;

/// <summary><c>compose/connector.json</c>: the connector's properties.</summary>
internal static class ConnectorFile
{
    public static IReadOnlyDictionary<string, string> Read() =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(Path.Combine(Repository.Root, "compose/connector.json"))) ?? [];
}

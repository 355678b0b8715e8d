using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AuditStream.Demo.Messages;

namespace AuditStream.Demo;

/// <summary>Writes the configuration that the demo runs the product with: an ordinary file, to be read and copied.</summary>
public static class DemoConfiguration
{
    /// <summary>What the captured databases say of these tables: <c>REPLICA IDENTITY FULL</c>. A record alone does not prove it.</summary>
    public static readonly IReadOnlyList<string> FullTables = ["shop.customers", "shop.orders", "shop.cart_staging", "bank.accounts"];

    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes <c>appsettings.json</c> into a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="addresses">Where the servers are.</param>
    /// <param name="rawTopics">The topics to read.</param>
    /// <param name="dmsKeys">The key columns of the tables that DMS reads, by <c>schema.table</c>: its records do not name them.</param>
    /// <returns>The file's path.</returns>
    public static string Write(
        string folder, DemoAddresses addresses, IReadOnlyList<string> rawTopics, IReadOnlyDictionary<string, IReadOnlyList<string>> dmsKeys)
    {
        var settings = new JsonObject
        {
            ["ApplicationId"] = "auditstream-demo",
            ["Kafka"] = new JsonObject { ["BootstrapServers"] = addresses.BootstrapServers },
            ["Raw"] = new JsonObject { ["Topics"] = new JsonArray([.. rawTopics.Select(topic => JsonValue.Create(topic))]) },
            ["Sources"] = new JsonArray([.. rawTopics.Where(topic => SourceKinds.OfTopic(topic) == SourceKind.Dms).Select(topic => Dms(topic, dmsKeys)), Debezium()]),
            ["Identity"] = new JsonObject { ["KeyFile"] = Path.Combine(folder, "identity.key") },
            ["Postgres"] = new JsonObject
            {
                ["ConnectionString"] = addresses.WriterConnectionString,
                ["OwnerConnectionString"] = addresses.OwnerConnectionString,
            },
            ["Http"] = new JsonObject { ["Port"] = addresses.HttpPort },
        };
        var path = Path.Combine(folder, "appsettings.json");
        File.WriteAllText(path, settings.ToJsonString(Indented) + "\n");
        return path;
    }

    private static JsonObject Debezium() => new()
    {
        ["Tables"] = new JsonObject(FullTables.Select(table => Table(table, new JsonObject { ["ReplicaIdentity"] = "full" }))),
    };

    // Its records name neither the source nor a table's key.
    private static JsonObject Dms(string topic, IReadOnlyDictionary<string, IReadOnlyList<string>> keys)
    {
        var source = topic[DmsMessages.TopicPrefix.Length..];
        var tables = keys.Where(table => table.Key.StartsWith(source + ".", StringComparison.Ordinal)).Select(table => Table(table.Key, new JsonObject
        {
            ["Key"] = new JsonArray([.. table.Value.Select(column => JsonValue.Create(column))]),
            ["ReplicaIdentity"] = FullTables.Contains(table.Key) ? "full" : "key",
        }));
        return new JsonObject
        {
            ["TopicPattern"] = Regex.Escape(topic),
            ["Name"] = source + SourceKinds.DmsSuffix,
            ["IncludeNullAndEmpty"] = true,
            ["Tables"] = new JsonObject(tables),
        };
    }

    private static KeyValuePair<string, JsonNode?> Table(string name, JsonObject settings) => KeyValuePair.Create<string, JsonNode?>(name, settings);
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace AuditStream.Demo;

/// <summary>Writes the configuration that the demo runs the product with: an ordinary file, to be read and copied.</summary>
public static class DemoConfiguration
{
    // What the captured databases say of these tables: REPLICA IDENTITY FULL. A record alone does not prove it.
    private static readonly string[] FullTables = ["shop.customers", "shop.orders", "shop.cart_staging", "bank.accounts"];

    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes <c>appsettings.json</c> into a folder.</summary>
    /// <returns>The file's path.</returns>
    public static string Write(string folder, DemoAddresses addresses, IEnumerable<string> rawTopics)
    {
        var settings = new JsonObject
        {
            ["ApplicationId"] = "auditstream-demo",
            ["Kafka"] = new JsonObject { ["BootstrapServers"] = addresses.BootstrapServers },
            ["Raw"] = new JsonObject { ["Topics"] = new JsonArray([.. rawTopics.Select(topic => JsonValue.Create(topic))]) },
            ["Sources"] = new JsonArray(new JsonObject
            {
                ["Tables"] = new JsonObject(FullTables.Select(table =>
                    KeyValuePair.Create<string, JsonNode?>(table, new JsonObject { ["ReplicaIdentity"] = "full" }))),
            }),
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
}

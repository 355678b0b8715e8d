using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AuditStream.App.Configuration;
using AuditStream.Testing;

namespace AuditStream.App.Tests.Configuration;

public sealed partial class SettingsSchemaTests
{
    private static readonly JsonNode schema = JsonNode.Parse(SettingsSchema.Text()).ShouldNotBeNull();

    [Fact]
    public void Every_configuration_key_is_in_the_schema_with_its_description()
    {
        foreach (var key in ConfigurationCatalog.All)
        {
            var node = key.Path.Split(':').Aggregate(schema, (at, part) => (part switch
            {
                "[n]" => at["items"],
                _ when part.StartsWith('{') => at["additionalProperties"],
                _ => at["properties"]?[part],
            }).ShouldNotBeNull(key.Path));
            if (!key.Path.EndsWith('}'))
                ((string?)node["description"]).ShouldBe(key.Doc);
        }
    }

    [Fact]
    public void Sample_configurations_fit_the_schema_and_the_program()
    {
        var readme = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "README.md"));
        string[] samples =
        [
            Json().Match(readme).Groups[1].Value,
            """
            { "$schema": "./appsettings.schema.json", "Roles": ["sink"], "Kafka": { "Client": { "socket.timeout.ms": 1000, "security.protocol": "ssl" } },
              "Sources": [{ "Tables": { "a.b": { "Key": ["id"], "ReplicaIdentity": "full" } } }], "Http": { "Port": 0 } }
            """,
        ];
        foreach (var sample in samples)
        {
            SchemaValidator.Problems(schema, JsonNode.Parse(sample)).ShouldBeEmpty();
            using var file = new TemporaryFile(sample);
            ConfigurationReader.Read(file.Path, []).ShouldNotBeNull();
        }
    }

    [Theory]
    [InlineData("""{ "Streams": { "Treads": 2 } }""", "/Streams/Treads")]
    [InlineData("""{ "Streams": { "Threads": 0 } }""", "/Streams/Threads")]
    [InlineData("""{ "Streams": { "Threads": "two" } }""", "/Streams/Threads")]
    [InlineData("""{ "Roles": [] }""", "/Roles")]
    [InlineData("""{ "Roles": ["normalise"] }""", "/Roles/0")]
    [InlineData("""{ "Raw": { "Topics": "t" } }""", "/Raw/Topics")]
    [InlineData("""{ "ApplicationId": "a b" }""", "/ApplicationId")]
    [InlineData("""{ "Sources": [{ "Tables": { "a.b": { "Keys": ["id"] } } }] }""", "/Sources/0/Tables/a.b/Keys")]
    [InlineData("""{ "Protect": { "Rules": [{ "Action": "hide" }] } }""", "/Protect/Rules/0/Action")]
    [InlineData("""{ "Kafka": "broker:9092" }""", "/Kafka")]
    public void A_mistake_does_not_fit_the_schema(string json, string path) =>
        SchemaValidator.Problems(schema, JsonNode.Parse(json)).ShouldBe([path]);

    [GeneratedRegex(@"```json\r?\n(\{\r?\n  ""Kafka"".*?)```", RegexOptions.Singleline)]
    private static partial Regex Json();
}

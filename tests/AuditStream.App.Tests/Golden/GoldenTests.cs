using System.Text;
using System.Text.Json;
using AuditStream.App.Schemas;
using AuditStream.Testing;

namespace AuditStream.App.Tests.Golden;

/// <summary>The golden corpus: records through the whole of Core, and everything that comes out against a file that somebody has read and found to
/// be right. <c>Golden/README.md</c> tells how, and what was judged.</summary>
/// <remarks>With AUDITSTREAM_APPROVE=1 in the environment the approved files are written anew.</remarks>
public sealed class GoldenTests
{
    private static readonly string folder = Path.Combine(RepositoryFolder.Root, "tests", "AuditStream.App.Tests", "Golden");

    public static TheoryData<string> Traps => new(Directory.GetFiles(Path.Combine(folder, "traps"), "*.json")
        .Select(Path.GetFileNameWithoutExtension).OfType<string>().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Traps))]
    public void A_record_that_is_easily_read_wrongly(string name)
    {
        var answers = new List<string>();
        foreach (var one in TrapCase.Read(Path.Combine(folder, "traps", name + ".json")))
        {
            one.Happened.ShouldNotBeNullOrWhiteSpace(name);
            one.Meaning.ShouldNotBeNullOrWhiteSpace(name);
            var run = new GoldenRun(one.Settings, one);
            foreach (var record in one.Records)
                run.Take(record);
            answers.Add(run.Json);
        }
        Compare($"traps/{name}", $"[{string.Join(',', answers)}]");
    }

    [FixturesFact]
    public void Captured_from_PostgreSQL_without_schemas() => Captured("pg-a-json");

    [FixturesFact]
    public void Captured_from_PostgreSQL_with_schemas() => Captured("pg-b-json-schema");

    [FixturesFact]
    public void Captured_from_PostgreSQL_without_envelope() => Captured("pg-d-unwrap", "Sources:0:Schema=bank");

    [FixturesFact]
    public void Captured_from_PostgreSQL_in_Avro() => Captured("pg-e-avro");

    [FixturesFact]
    public void Captured_from_MariaDB() => Captured("mariadb-a-json");

    [FixturesFact]
    public void Published_samples()
    {
        var root = Path.Combine(SharedFolder.Fixtures ?? "", "published");
        var settings = JsonSerializer.Deserialize<Dictionary<string, string[]>>(File.ReadAllText(Path.Combine(folder, "published.json"))).ShouldNotBeNull();
        var used = new List<string>();
        foreach (var format in Directory.GetDirectories(root).Order(StringComparer.Ordinal))
        {
            var answers = Directory.GetFiles(format, "*.json").Order(StringComparer.Ordinal).Select(path =>
            {
                var name = $"{Path.GetFileName(format)}/{Path.GetFileName(path)}";
                used.Add(name);
                using var record = new MemoryStream(RecordOf(File.ReadAllBytes(path)));
                return $"\"{name}\":{new GoldenRun(settings.GetValueOrDefault(name, []), schemas: null).With(record).Json}";
            });
            Compare($"published/{Path.GetFileName(format)}", $"{{{string.Join(',', answers)}}}");
        }
        settings.Keys.Except(used).ShouldBeEmpty("settings for a sample that is not there");
    }

    // A sample of a file in a bucket says where it stood: schema and table, which were to be the topic's name.
    private static byte[] RecordOf(byte[] sample)
    {
        var json = JsonSerializer.Deserialize<JsonElement>(sample);
        if (!json.TryGetProperty("object_key", out var place))
            return sample;
        var topic = string.Join('.', (place.GetString() ?? "").Split('/')[..2]);
        return JsonSerializer.SerializeToUtf8Bytes(new { topic, key = default(string), value = json.GetProperty("value").GetString() });
    }

    private static void Captured(string capture, params string[] settings)
    {
        var path = Path.Combine(SharedFolder.Fixtures ?? "", "debezium", capture);
        var schemas = Path.Combine(path, "schemas");
        using var file = File.OpenRead(Path.Combine(path, "messages.jsonl"));
        var run = new GoldenRun(settings, Directory.Exists(schemas) ? new FileSchemas(schemas) : null);
        Compare($"captured/{capture}", run.With(file).Json);
    }

    private static void Compare(string name, string json)
    {
        var laidOut = GoldenLayout.Of(Encoding.UTF8.GetBytes(json));
        if (ApprovedText.Fault(Path.Combine(folder, "approved", name + ".json"), laidOut, GoldenDifference.Of) is { } fault)
            Assert.Fail(fault);
    }
}

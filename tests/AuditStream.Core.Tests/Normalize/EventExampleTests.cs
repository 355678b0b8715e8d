using System.Text;
using System.Text.Json;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;
using AuditStream.Core.Protect;
using AuditStream.Core.Tests.Account;

namespace AuditStream.Core.Tests.Normalize;

/// <summary>Holds <c>schemas/audit-event</c>: each worked record gives the example beside it, and each example keeps the schema. What the pipeline itself
/// says is made of no record.</summary>
/// <remarks>With AUDITSTREAM_APPROVE=1 in the environment the examples are written anew instead of compared.</remarks>
public sealed class EventExampleTests
{
    private static readonly string folder = RepositoryRoot.PathOf("schemas/audit-event");

    private static readonly Dictionary<string, string> dms = new(StringComparer.Ordinal)
    {
        ["dms-load"] = "snapshot", ["dms-insert"] = "insert", ["dms-update"] = "update", ["dms-delete"] = "delete", ["dms-control"] = "schema",
    };

    public static TheoryData<string> Examples => new([.. Enum.GetValues<ChangeOperation>().Select(ChangeOperationName.Of), .. dms.Keys]);

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_worked_record_gives_the_example(string name)
    {
        var path = Path.Combine(folder, "examples", name + ".json");
        var actual = JsonLayout.Spread(ValueOf(name));
        if (Environment.GetEnvironmentVariable("AUDITSTREAM_APPROVE") == "1")
            File.WriteAllText(path, actual);
        File.Exists(path).ShouldBeTrue($"{name}.json is not approved yet; AUDITSTREAM_APPROVE=1 writes it");
        actual.ShouldBe(File.ReadAllText(path), $"the event changed; when that is meant, AUDITSTREAM_APPROVE=1 rewrites {name}.json");
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_example_keeps_the_schema(string name)
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "auditstream-1.schema.json")));
        using var example = JsonDocument.Parse(ValueOf(name));
        JsonSchemaValidator.Errors(schema.RootElement, example.RootElement).ShouldBeEmpty();
        example.RootElement.GetProperty("operation").GetString().ShouldBe(dms.GetValueOrDefault(name, name));
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_event_is_in_canonical_form(string name)
    {
        var value = ValueOf(name);
        using var example = JsonDocument.Parse(value);
        CanonicalForm.Check(example.RootElement, Encoding.UTF8.GetString(value));
    }

    [Fact]
    public void The_validator_finds_what_is_wrong()
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "auditstream-1.schema.json")));
        var good = Encoding.UTF8.GetString(ValueOf("insert"));
        foreach (var (from, to) in new[]
        {
            ("\"operation\":\"insert\"", "\"operation\":\"INSERT\""), ("\"spec\":\"auditstream/1\"", "\"spec\":\"auditstream/2\""),
            ("\"identity\":", "\"identitaet\":"), ("\"partition\":2", "\"partition\":-2"), ("\"partition\":2", "\"partition\":\"2\""),
            ("\"changed_is\":\"all\"", "\"changed_is\":null"), ("Z\",\"occurred_from\"", "\",\"occurred_from\""),
        })
        {
            good.ShouldContain(from);
            using var bad = JsonDocument.Parse(good.Replace(from, to, StringComparison.Ordinal));
            JsonSchemaValidator.Errors(schema.RootElement, bad.RootElement).ShouldNotBeEmpty($"{from} -> {to}");
        }
    }

    [Fact]
    public void The_Avro_schema_has_the_same_members()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "auditstream-1.schema.json")));
        using var avro = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "auditstream-1.avsc")));
        AvroMembers(avro.RootElement, "").ShouldBe(JsonMembers(json.RootElement, "").ToArray());
    }

    private static IEnumerable<string> JsonMembers(JsonElement schema, string place)
    {
        var owner = schema.TryGetProperty("items", out var items) ? items : schema;
        if (!owner.TryGetProperty("properties", out var properties))
            yield break;
        foreach (var member in properties.EnumerateObject())
        {
            yield return $"{place}{member.Name}";
            foreach (var inner in JsonMembers(member.Value, $"{place}{member.Name}."))
                yield return inner;
        }
    }

    private static IEnumerable<string> AvroMembers(JsonElement type, string place)
    {
        if (type.ValueKind == JsonValueKind.Array)
            type = type.EnumerateArray().Last(); // A union is null and one other type.
        if (type.ValueKind == JsonValueKind.Object && type.TryGetProperty("items", out var items))
            type = items;
        if (type.ValueKind != JsonValueKind.Object || !type.TryGetProperty("fields", out var fields))
            yield break;
        foreach (var field in fields.EnumerateArray())
        {
            var name = $"{place}{field.GetProperty("name").GetString()}";
            yield return name;
            foreach (var inner in AvroMembers(field.GetProperty("type"), $"{name}."))
                yield return inner;
        }
    }

    private static byte[] ValueOf(string name) => name switch
    {
        "ledger" => MadeAccount.Events().Of(MadeAccount.Range()).Value.ToArray(),
        "audit" => MadeAccount.Events().Of(MadeAccount.Note, MadeAccount.Process).Value.ToArray(),
        _ => ValueOfRecord(name),
    };

    private static byte[] ValueOfRecord(string name)
    {
        var captured = File.ReadAllBytes(Path.Combine(folder, "examples", "records", name + ".json"));
        using var document = JsonDocument.Parse(captured);
        var root = document.RootElement;
        var output = new CollectingOutput();
        var outcome = new Normalizer(Settings()).Process(
            new RawRecord
            {
                Topic = root.GetProperty("topic").GetString() ?? "",
                Partition = root.GetProperty("partition").GetInt32(),
                Offset = root.GetProperty("offset").GetInt64(),
                TimestampMilliseconds = root.GetProperty("timestamp").GetInt64(),
                Key = Bytes(root.GetProperty("key")),
                Value = Bytes(root.GetProperty("value")),
                Headers = [],
            },
            output);
        outcome.Rejection.ShouldBeNull();
        outcome.Events.ShouldBe(1);
        return output.Values.ShouldHaveSingleItem();
    }

    private static ReadOnlyMemory<byte>? Bytes(JsonElement element)
        => element.ValueKind == JsonValueKind.Null ? null : Encoding.UTF8.GetBytes(JsonLayout.Tight(Encoding.UTF8.GetBytes(element.GetRawText())));

    private static NormalizerSettings Settings() => new()
    {
        Decode = new DecodeSettings
        {
            Sources =
            [
                new SourceSettings
                {
                    TopicPattern = "dms\\..*", Name = "shop", ReplicaIdentity = ReplicaIdentity.Full, IncludeNullAndEmpty = true,
                    Tables = new Dictionary<string, TableSettings> { ["public.orders"] = new() { Key = ["id"] } },
                },
                new SourceSettings { ReplicaIdentity = ReplicaIdentity.Full },
            ],
        },
        Protect = new ProtectSettings
        {
            Version = "3", Rules = [new ProtectRule { Table = "public.*", Column = "email", Action = FieldAction.Mask }],
        },
        IdentityKey = MadeKey.Key,
        ConfigHash = "6d3a0f5c9b2e4718",
        ProductVersion = "0.1.0",
    };
}

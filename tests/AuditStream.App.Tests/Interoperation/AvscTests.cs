using System.Text;
using System.Text.Json;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Normalize;
using AuditStream.Core.Protect;
using AuditStream.Testing;

namespace AuditStream.App.Tests.Interoperation;

/// <summary>Avro that the product writes is read by an implementation that is not ours, and the other way round.</summary>
public sealed class AvscTests
{
    private const int EventId = 300_007;

    // As Confluent's serializers write it where ids stand in headers.
    private static readonly RecordHeader IdHeader = new("__value_schema_id", (byte[])[0, 0, 0, 0, OneSchema.Id]);

    [AvscFact]
    public async Task Avsc_reads_every_captured_event_and_finds_in_it_what_the_JSON_says()
    {
        var (json, avro) = (new KeptValues(), new KeptValues());
        var (first, second) = (Normalizer(schemaId: null), Normalizer(EventId));
        foreach (var name in new[] { "bank", "shop" })
        {
            foreach (var record in Records(Path.Combine(RepositoryFolder.Root, "src", "AuditStream.Demo", "captured", $"{name}.jsonl")))
            {
                first.Process(record, json);
                second.Process(record, avro);
            }
        }
        json.Values.Count.ShouldBeGreaterThan(100);
        avro.Values.Select(value => Convert.ToHexString(value, 0, 5)).Distinct().ShouldBe([$"00{EventId:X8}"]);
        (await AvscEvents.ReadAsync(EventSchema.Text, avro.Values)).ShouldBe(json.Values.Select(Encoding.UTF8.GetString));
    }

    [AvscFact]
    public async Task What_avsc_writes_is_read_with_every_type_and_in_every_branch()
    {
        var script = Path.Combine(RepositoryFolder.Root, "tests", "AuditStream.App.Tests", "Interoperation", "write-records.js");
        var written = JsonSerializer.Deserialize<JsonElement>(await NodeModules.RunWithAvscAsync(script, ""));
        var schemas = new OneSchema(written.GetProperty("schema").GetString() ?? "");
        var normalizer = new Normalizer(Settings(schemaId: null), schemas);
        var rows = written.GetProperty("rows").EnumerateArray().ToArray();
        rows.Length.ShouldBe(5);
        var texts = 0;
        foreach (var row in rows)
        {
            var binary = Convert.FromBase64String(row.GetProperty("value").GetString() ?? "");
            ShouldGive(normalizer, [0, 0, 0, 0, OneSchema.Id, .. binary], [], row.GetProperty("expected"));
            ShouldGive(normalizer, binary, [IdHeader], row.GetProperty("expected"));
            if (row.GetProperty("json").GetString() is not { } json)
                continue;
            texts++;
            ShouldGive(normalizer, [0, 0, 0, 0, OneSchema.Id, .. Encoding.UTF8.GetBytes(json)], [], row.GetProperty("expected"));
            ShouldGive(normalizer, Encoding.UTF8.GetBytes(json), [IdHeader], row.GetProperty("expected"));
        }
        texts.ShouldBeGreaterThan(0);
    }

    private static void ShouldGive(Normalizer normalizer, byte[] value, RecordHeader[] headers, JsonElement expected)
    {
        var events = new KeptValues();
        var outcome = normalizer.Process(
            new RawRecord { Topic = "p.s.t", Partition = 0, Offset = 0, TimestampMilliseconds = 1_700_000_000_000, Headers = headers, Value = value }, events);
        outcome.Rejection.ShouldBeNull();
        using var document = JsonDocument.Parse(events.Values.ShouldHaveSingleItem());
        var after = document.RootElement.GetProperty("after");
        foreach (var column in expected.EnumerateObject())
            after.GetProperty(column.Name).GetRawText().ShouldBe(column.Value.GetString(), column.Name);
        after.EnumerateObject().Count().ShouldBe(expected.EnumerateObject().Count());
    }

    private static Normalizer Normalizer(int? schemaId) => new(Settings(schemaId));

    private static NormalizerSettings Settings(int? schemaId) => new()
    {
        Emit = new EmitSettings { AvroSchemaId = schemaId },
        Protect = new ProtectSettings { Rules = [new ProtectRule { Table = "*", Column = "email", Action = FieldAction.Mask }] },
        IdentityKey = new IdentityKey(new byte[IdentityKey.MinimumBytes]), ConfigHash = "c0ffee", ProductVersion = "0.1.0",
    };

    private static IEnumerable<RawRecord> Records(string file)
    {
        foreach (var line in File.ReadLines(file))
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            yield return new RawRecord
            {
                Topic = root.GetProperty("topic").GetString() ?? "",
                Partition = root.GetProperty("partition").GetInt32(),
                Offset = root.GetProperty("offset").GetInt64(),
                TimestampMilliseconds = root.GetProperty("timestamp").GetInt64(),
                Key = Bytes(root.GetProperty("key_b64")),
                Value = Bytes(root.GetProperty("value_b64")),
                Headers = [.. root.GetProperty("headers").EnumerateArray().Select(pair => new RecordHeader(pair[0].GetString() ?? "", Bytes(pair[1])))],
            };
        }
    }

    private static ReadOnlyMemory<byte>? Bytes(JsonElement base64)
        => base64.ValueKind == JsonValueKind.Null ? null : base64.GetBytesFromBase64();

    private sealed class KeptValues : IAuditEventOutput
    {
        public List<byte[]> Values { get; } = [];

        public void Emit(AuditEvent auditEvent) => Values.Add(auditEvent.Value.ToArray());
    }

    private sealed class OneSchema(string text) : ISchemaSource
    {
        public const byte Id = 7;

        public SchemaAnswer Find(SchemaId id) => id == new SchemaId(SchemaIdKind.Confluent, Id)
            ? SchemaAnswer.Found(Encoding.UTF8.GetBytes(text))
            : SchemaAnswer.Unknown($"There is no schema {id}.");
    }
}

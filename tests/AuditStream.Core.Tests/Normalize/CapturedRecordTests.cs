using System.Text;
using System.Text.Json;
using AuditStream.Core.Decode;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;
using AuditStream.Core.Protect;
using AuditStream.Core.Sink;

namespace AuditStream.Core.Tests.Normalize;

/// <summary>Takes every message that was captured from a real connector through the whole core and looks at each event: it keeps the schema,
/// is canonical, can be read back by the sink, and comes out the same a second time.</summary>
public sealed class CapturedRecordTests
{
    public static TheoryData<string> Captures
    {
        get
        {
            var files = Directory.GetFiles(RepositoryRoot.PathOf("src/AuditStream.Demo/captured"), "*.jsonl");
            var more = RepositoryRoot.PathOf("../shared/fixtures/debezium");
            if (Directory.Exists(more)) // More captures, where they are at hand; flattened and Avro records are no part of this version.
            {
                files = [.. files, .. new[] { "pg-a-json", "pg-b-json-schema", "mariadb-a-json" }
                    .Select(folder => Path.Combine(more, folder, "messages.jsonl")).Where(File.Exists)];
            }
            return new TheoryData<string>(files.Select(file => Path.GetRelativePath(RepositoryRoot.PathOf(""), file)).Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void Every_captured_record_gives_events_that_keep_all_promises(string capture)
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.PathOf("schemas/audit-event/auditstream-1.schema.json")));
        var check = new Checker(schema.RootElement);
        var (first, second) = (new Normalizer(Settings(rules: [])), new Normalizer(Settings(rules: [])));
        var events = 0;
        foreach (var record in Read(capture))
        {
            check.Expected = null;
            var outcome = first.Process(record, check);
            outcome.Rejection.ShouldBeNull($"{record.Topic} {record.Partition} {record.Offset}");
            events += outcome.Events;
            check.Expected = check.Last;
            second.Process(record, check).Events.ShouldBe(outcome.Events);
        }
        events.ShouldBeGreaterThan(10);
    }

    [Theory]
    [MemberData(nameof(Captures))]
    public void A_policy_that_masks_everything_lets_no_value_out_and_leaves_id_and_facts_alone(string capture)
    {
        using var schema = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.PathOf("schemas/audit-event/auditstream-1.schema.json")));
        var (open, closed) = (new Checker(schema.RootElement), new Checker(schema.RootElement));
        var everything = new ProtectRule { Table = "*", Column = "*", Action = FieldAction.Mask };
        var (normalizer, masking) = (new Normalizer(Settings(rules: [])), new Normalizer(Settings(rules: [everything])));
        foreach (var record in Read(capture))
        {
            var outcome = normalizer.Process(record, open);
            masking.Process(record, closed).Events.ShouldBe(outcome.Events);
            if (outcome.Events == 0)
                continue;
            closed.LastRow.EventId.ShouldBe(open.LastRow.EventId);
            closed.LastRow.FactHash.ShouldBe(open.LastRow.FactHash);
            closed.LastRow.Changed.ShouldBe(open.LastRow.Changed);
            using var value = JsonDocument.Parse(closed.LastRow.Body);
            foreach (var image in new[] { "before", "after", "key", "previous_key", "next_key" })
            {
                if (value.RootElement.TryGetProperty(image, out var members) && members.ValueKind == JsonValueKind.Object)
                    members.EnumerateObject().Select(member => member.Value.GetString() ?? "").ShouldAllBe(text => IsHidden(text));
            }
        }
    }

    private static bool IsHidden(string text) => text == "***" || text.StartsWith("keyed-hash:", StringComparison.Ordinal);

    private static NormalizerSettings Settings(ProtectRule[] rules) => new()
    {
        Protect = new ProtectSettings { Rules = rules }, IdentityKey = MadeKey.Key, ConfigHash = "c0ffee", ProductVersion = "0.1.0",
    };

    private static IEnumerable<RawRecord> Read(string capture)
    {
        foreach (var line in File.ReadLines(RepositoryRoot.PathOf(capture)))
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
                Headers = [.. root.GetProperty("headers").EnumerateArray().Select(Header)],
            };
        }
    }

    private static RecordHeader Header(JsonElement pair) => new(pair[0].GetString() ?? "", Bytes(pair[1]));

    private static ReadOnlyMemory<byte>? Bytes(JsonElement base64)
        => base64.ValueKind == JsonValueKind.Null ? null : base64.GetBytesFromBase64();

    private sealed class Checker(JsonElement schema) : IAuditEventOutput
    {
        private readonly AuditRowReader reader = new(MadeKey.Key.Fingerprint);

        public string? Expected { get; set; }

        public string? Last { get; private set; }

        public AuditRow LastRow { get; private set; } = null!; // Set by Emit before it is read.

        public void Emit(AuditEvent auditEvent)
        {
            var text = Encoding.UTF8.GetString(auditEvent.Value.Span);
            Last = text + Encoding.UTF8.GetString(auditEvent.Key.Span);
            if (Expected is not null)
                Last.ShouldBe(Expected);
            using var value = JsonDocument.Parse(auditEvent.Value);
            JsonSchemaValidator.Errors(schema, value.RootElement).ShouldBeEmpty(text);
            CanonicalForm.Check(value.RootElement, text);
            var row = reader.Read(
                new RawRecord
                {
                    Topic = "audit.events", Partition = 0, Offset = 0, TimestampMilliseconds = auditEvent.TimestampMilliseconds,
                    Key = auditEvent.Key, Value = auditEvent.Value, Headers = auditEvent.Headers,
                },
                out var rejection);
            rejection.ShouldBeNull(text);
            LastRow = row.ShouldNotBeNull();
        }
    }
}

using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Normalize;
using AuditStream.Core.Protect;
using AuditStream.Core.Sink;
using AuditStream.Core.Tests.Decode.Avro;
using AuditStream.Core.Tests.Normalize;

namespace AuditStream.Core.Tests.Emit;

/// <summary>An event in Avro says what the same event says in JSON: the sink makes the JSON of it, byte for byte.</summary>
public sealed class EventDatumTests
{
    private const int SchemaId = 7;

    private static readonly string[] Cells =
    [
        "null", "\"x\"", "true", "-0", "1e131071", "12345678901234567890.5000", "\"\\\"\\\\\\n\\u0001ü€𝄞\"", "{\"a\":[1,2.50,null]}",
        "{\"$bytes\":\"ImEi\"}", "\"\"", "[]", MadeChange.Absent, MadeChange.Unavailable,
    ];

    public static TheoryData<string> Captures => Capture.Files;

    [Theory]
    [MemberData(nameof(Captures))]
    public void Every_captured_record_gives_the_same_event_in_both_forms(string capture)
    {
        ProtectRule[] hiding =
        [
            new() { Table = "*", Column = "*a*", Action = FieldAction.Mask }, new() { Table = "*", Column = "i*", Action = FieldAction.Drop },
        ];
        BothForms[] forms =
        [
            new(new EmitSettings(), []), new(new EmitSettings { Images = ImagesOut.None }, hiding), new(new EmitSettings { MaxEventBytes = 2_200 }, []),
        ];
        foreach (var record in Capture.Read(capture))
        {
            foreach (var pair in forms)
                pair.Process(record);
        }
        forms.ShouldAllBe(pair => pair.Events > 10);
    }

    [Fact]
    public void Any_event_is_the_same_in_both_forms()
    {
        var reader = Reader();
        for (var seed = 0; seed < 3_000; seed++)
        {
            var random = new Random(seed);
            var settings = new EmitSettings
            {
                Images = (ImagesOut)random.Next(3), MaxEventBytes = random.Next(4) == 0 ? random.Next(1_000, 2_500) : 1_000_000,
            };
            var rules = new ProtectSettings
            {
                Version = random.Next(2) == 0 ? "3" : "a \"policy\"",
                Rules = [.. Enumerable.Range(0, random.Next(3)).Select(_ =>
                    new ProtectRule { Table = "*", Column = $"*{"abcü."[random.Next(5)]}*", Action = (FieldAction)random.Next(3) })],
            };
            var key = MadeKey.Key;
            var diff = Diff(random);
            new EventIdentity(key).Stamp(diff.Change);
            var (json, avro) = (new AuditEvent(), new AuditEvent());
            var refusal = new Emitter(settings, key, 1, "0.1.0", "c0ffee").Write(new FieldPolicy(rules, key).Apply(diff), json);
            var second = new Emitter(settings with { AvroSchemaId = SchemaId }, key, 1, "0.1.0", "c0ffee").Write(new FieldPolicy(rules, key).Apply(diff), avro);
            second.ShouldBe(refusal);
            if (refusal is null)
                ShouldBeTheSame(json, avro, reader, $"seed {seed}");
        }
    }

    [Fact]
    public void The_content_type_alone_tells_the_forms_apart()
    {
        var diff = Diff(new Random(1));
        new EventIdentity(MadeKey.Key).Stamp(diff.Change);
        var avro = new AuditEvent();
        new Emitter(new EmitSettings { AvroSchemaId = SchemaId }, MadeKey.Key, 1, "0.1.0", "c0ffee")
            .Write(new FieldPolicy(new ProtectSettings(), MadeKey.Key).Apply(diff), avro).ShouldBeNull();
        var contentType = avro.Headers.Single(header => header.Name == EventHeaders.ContentType).Value.GetValueOrDefault();
        Encoding.UTF8.GetString(contentType.Span).ShouldBe("application/avro");
        avro.Value.ToArray()[..5].ShouldBe([0, 0, 0, 0, SchemaId]);
    }

    private static void ShouldBeTheSame(AuditEvent json, AuditEvent avro, EventDatumReader reader, string what)
    {
        avro.Key.ToArray().ShouldBe(json.Key.ToArray());
        avro.Id.ShouldBe(json.Id);
        avro.TimestampMilliseconds.ShouldBe(json.TimestampMilliseconds);
        avro.Headers.Count.ShouldBe(json.Headers.Count);
        foreach (var (left, right) in json.Headers.Zip(avro.Headers).Where(pair => pair.First.Name != EventHeaders.ContentType))
            Text(right).ShouldBe(Text(left));
        avro.Value.Length.ShouldBeLessThan(json.Value.Length, what);
        reader.Read(avro.Value.Span, out var body).ShouldBeNull(what);
        Encoding.UTF8.GetString(body).ShouldBe(Encoding.UTF8.GetString(json.Value.Span), what);
    }

    private static string Text(RecordHeader header) => $"{header.Name}={Encoding.UTF8.GetString(header.Value.GetValueOrDefault().Span)}";

    private static EventDatumReader Reader() => new(new MadeSchemas().With(SchemaId, EventSchema.Text));

    private static Core.Diff.RowDiff Diff(Random random)
    {
        var operation = (ChangeOperation)random.Next(Enum.GetValues<ChangeOperation>().Length);
        var layout = MadeNames(random);
        var keyLayout = random.Next(3) == 0 ? ColumnLayout.Empty : MadeNames(random);
        var table = new TableReference
        {
            Kind = "debezium", Engine = Maybe(random, "postgresql"), Source = "sh\"öp\\", Incarnation = random.Next(1, 300), Database = Maybe(random, "d\nb"),
            Schema = Maybe(random, "public"), Table = Maybe(random, "or\tders"), TableFrom = (NameOrigin)random.Next(Enum.GetValues<NameOrigin>().Length),
        };
        var change = MadeChange.Of(table, layout, keyLayout, operation, Row(random, layout), Row(random, layout),
            keyLayout.Count == 0 ? null : Row(random, keyLayout));
        var facts = change.Facts;
        if (operation >= ChangeOperation.Schema)
            facts.Detail = "{\"a\":{\"b\":1.50}}"u8.ToArray();
        else if (keyLayout.Count > 0 && random.Next(3) == 0)
            MadeChange.Fill(change, random.Next(2) == 0 ? change.NextKey : change.PreviousKey, keyLayout, [.. Enumerable.Repeat("\"9\"", keyLayout.Count)]);
        facts.Actor = random.Next(3) == 0 ? Encoding.UTF8.GetBytes("a\\\"n\\u0001ü") : default;
        facts.Position = random.Next(3) == 0 ? default : "0/2402\\\\3128"u8.ToArray();
        facts.Snapshot = random.Next(3) == 0 ? "first"u8.ToArray() : default;
        facts.TransactionId = random.Next(3) == 0 ? default : "571"u8.ToArray();
        facts.TransactionOrder = random.Next(2) == 0 ? 0 : random.NextInt64(1, long.MaxValue);
        facts.OccurredAtDigits = 3 * random.Next(3);
        (facts.Topic, facts.Partition, facts.Offset) = ("shöp", random.Next(), random.NextInt64());
        facts.TimestampMilliseconds = random.Next(3) == 0 ? -1 : random.NextInt64(long.MaxValue);
        var diff = MadeChange.Diff(change, [.. layout.Names.Where(_ => random.Next(2) == 0)]);
        diff.Knowledge = (Core.Diff.ChangedKnowledge)random.Next(Enum.GetValues<Core.Diff.ChangedKnowledge>().Length);
        foreach (ref var value in change.After.Values)
            value = new Value(value.Kind, (ValueTraits)random.Next(4), value.Place, value.Start, value.Length);
        return diff;
    }

    private static ColumnLayout MadeNames(Random random)
    {
        string[] names = ["a", "b\"c", "c.d", "e\\", "f\ng", "ü", "𝄞"];
        var taken = names.Where(_ => random.Next(3) > 0).ToArray();
        var types = Enum.GetValues<ColumnType>();
        return new ColumnLayout(taken, [.. taken.Select(Core.Json.JsonText.Quote)], [.. taken.Select(_ => types[random.Next(types.Length)])]);
    }

    private static string[]? Row(Random random, ColumnLayout layout) =>
        random.Next(4) == 0 ? null : [.. layout.Names.Select(_ => Cells[random.Next(Cells.Length)])];

    private static string? Maybe(Random random, string text) => random.Next(3) == 0 ? null : text;

    /// <summary>Two normalizers, one for each form, and the comparison of what they emit.</summary>
    private sealed class BothForms(EmitSettings emit, ProtectRule[] rules)
    {
        private readonly Normalizer json = Make(emit, rules);
        private readonly Normalizer avro = Make(emit with { AvroSchemaId = SchemaId }, rules);
        private readonly EventDatumReader reader = Reader();

        public int Events { get; private set; }

        public void Process(in RawRecord record)
        {
            var kept = new KeptEvents();
            var outcome = json.Process(record, kept);
            var comparing = new Comparing(kept.Events, reader);
            avro.Process(record, comparing).ShouldBe(outcome);
            comparing.Seen.ShouldBe(outcome.Events);
            Events += outcome.Events;
        }

        private static Normalizer Make(EmitSettings emit, ProtectRule[] rules) => new(new NormalizerSettings
        {
            Emit = emit, Protect = new ProtectSettings { Rules = rules }, IdentityKey = MadeKey.Key, ConfigHash = "c0ffee", ProductVersion = "0.1.0",
        });
    }

    private sealed class KeptEvents : IAuditEventOutput
    {
        // The normalizer keeps the objects until its next record.
        public List<AuditEvent> Events { get; } = [];

        public void Emit(AuditEvent auditEvent) => Events.Add(auditEvent);
    }

    private sealed class Comparing(List<AuditEvent> expected, EventDatumReader reader) : IAuditEventOutput
    {
        public int Seen { get; private set; }

        public void Emit(AuditEvent auditEvent) => ShouldBeTheSame(expected[Seen++], auditEvent, reader, "captured");
    }
}

using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;
using AuditStream.Core.Protect;
using AuditStream.Core.Sink;
using AuditStream.Core.Tests.Decode.Avro;
using AuditStream.Core.Tests.Decode.Debezium;
using AuditStream.Core.Tests.Normalize;

namespace AuditStream.Core.Tests.Emit;

/// <summary>The deep difference of JSON columns, from the record to the event.</summary>
public sealed class ChangedPathsTests
{
    private const string Before = "{\"id\":1,\"note\":\"{\\\"x\\\": \\\"secret-a\\\"}\",\"profile\":{\"city\":\"Bern\",\"secret\":\"secret-a\"}}";
    private const string After = "{\"id\":1,\"note\":\"{\\\"x\\\": \\\"secret-b\\\"}\",\"profile\":{\"city\":\"Bern\",\"secret\":\"secret-b\"}}";

    private const string Profile = ",\"paths\":[{\"new\":\"secret-b\",\"old\":\"secret-a\",\"path\":\"/secret\"}],\"paths_is\":\"all\"";
    private const string Note = ",\"paths\":[{\"new\":\"secret-b\",\"old\":\"secret-a\",\"path\":\"/x\"}],\"paths_is\":\"all\"";

    private static readonly RawRecord Update = Given.Record(Given.Envelope("u", Before, After), "{\"id\":1}");

    [Fact]
    public void It_is_off_unless_configured() => Event(Update, new SourceSettings()).ShouldNotContain("\"paths");

    [Theory]
    [InlineData("profile", true, false)]
    [InlineData("*", true, true)]
    [InlineData("no*", false, true)]
    [InlineData("PROFILE", false, false)]
    public void The_columns_that_patterns_name_are_compared_inside(string pattern, bool isProfile, bool isNote)
    {
        var text = Event(Update, new SourceSettings { DeepDiff = [pattern] });
        text.Contains(Profile, StringComparison.Ordinal).ShouldBe(isProfile);
        text.Contains(Note, StringComparison.Ordinal).ShouldBe(isNote);
    }

    [Fact]
    public void A_table_may_have_its_own()
    {
        var source = new SourceSettings { DeepDiff = ["*"], Tables = new Dictionary<string, TableSettings> { ["s.t"] = new() { DeepDiff = ["note"] } } };
        var text = Event(Update, source);
        text.ShouldContain(Note);
        text.ShouldNotContain(Profile);
    }

    [Theory]
    [InlineData(FieldAction.Mask)]
    [InlineData(FieldAction.Drop)]
    public void What_is_hidden_has_no_inside(FieldAction action)
    {
        ProtectRule[] rules =
        [
            new() { Table = "*", Column = "profile", Action = action }, new() { Table = "*", Column = "note", Action = action },
        ];
        var text = Event(Update, new SourceSettings { DeepDiff = ["*"] }, rules);
        text.ShouldNotContain("secret-");
        text.ShouldNotContain("\"paths");
        text.ShouldContain("\"changed\":[\"note\",\"profile\"]");
    }

    [Fact]
    public void A_document_that_is_a_protected_key_has_no_inside()
    {
        var moved = Given.Record(Given.Envelope("u", Before, After), "{\"profile\":\"x\"}");
        var text = Event(moved, new SourceSettings { DeepDiff = ["profile"] }, new ProtectRule { Table = "*", Column = "profile", Action = FieldAction.Mask });
        text.ShouldContain("keyed-hash:");
        text.ShouldNotContain("\"paths");
    }

    [Fact]
    public void Inserts_and_deletes_have_nothing_to_compare()
    {
        var source = new SourceSettings { DeepDiff = ["*"] };
        Event(Given.Record(Given.Envelope("c", after: After), "{\"id\":1}"), source).ShouldNotContain("\"paths");
        Event(Given.Record(Given.Envelope("d", before: Before), "{\"id\":1}"), source).ShouldNotContain("\"paths");
    }

    [Fact]
    public void In_Avro_it_says_the_same()
    {
        const string Old = "{\"id\":1,\"doc\":{\"a\":1,\"b\":[1,2],\"\\\"/~\":0}}";
        const string New = "{\"id\":1,\"doc\":{\"b\":[1],\"c\":null,\"\\\"/~\":1}}";
        foreach (var (old, now) in new[] { (Old, New), (Before, After), (Before, Before.Replace("{\\\"x", "{ \\\"x", StringComparison.Ordinal)) })
        {
            var record = Given.Record(Given.Envelope("u", old, now), "{\"id\":1}");
            var source = new SourceSettings { DeepDiff = ["*"] };
            var json = Event(record, source);
            json.ShouldContain("\"paths_is\":\"all\"");
            var reader = new EventDatumReader(new MadeSchemas().With(7, EventSchema.Text));
            reader.Read(Value(record, source, 1_000_000, avroSchemaId: 7), out var read).ShouldBeNull();
            Encoding.UTF8.GetString(read).ShouldBe(json);
        }
    }

    [Fact]
    public void An_event_that_would_be_too_large_goes_without()
    {
        var sizes = Enumerable.Range(0, 300).Select(step => Event(Update, new SourceSettings { DeepDiff = ["*"] }, maxBytes: 4_000 - (10 * step)));
        var smaller = sizes.First(text => !text.Contains("\"paths", StringComparison.Ordinal));
        smaller.ShouldContain("\"after\":\"omitted\"");
        smaller.ShouldContain("\"changes\":");
    }

    private static string Event(in RawRecord record, SourceSettings source, params ProtectRule[] rules) => Event(record, source, 1_000_000, rules);

    private static string Event(in RawRecord record, SourceSettings source, int maxBytes, params ProtectRule[] rules) =>
        Encoding.UTF8.GetString(Value(record, source, maxBytes, avroSchemaId: null, rules));

    private static byte[] Value(in RawRecord record, SourceSettings source, int maxBytes, int? avroSchemaId, params ProtectRule[] rules)
    {
        var output = new CollectingOutput();
        var normalizer = new Normalizer(new NormalizerSettings
        {
            IdentityKey = MadeKey.Key, ConfigHash = "c0ffee", ProductVersion = "0.1.0",
            Emit = new EmitSettings { MaxEventBytes = maxBytes, AvroSchemaId = avroSchemaId },
            Decode = new DecodeSettings { Sources = [source with { ReplicaIdentity = ReplicaIdentity.Full }] },
            Protect = new ProtectSettings { Rules = rules },
        });
        normalizer.Process(record, output).Kind.ShouldBe(OutcomeKind.Emitted);
        return output.Values.ShouldHaveSingleItem();
    }
}

using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Decode.Avro;

/// <summary>Debezium's records in Avro, keys and headers too, through the whole decoder.</summary>
public sealed class AvroRecordTests
{
    private const int EnvelopeId = 1;
    private const int KeyId = 2;
    private const int TextId = 3;
    private const int NothingId = 4;

    private const string Row =
        "{\"type\":\"record\",\"name\":\"Value\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"},"
        + "{\"name\":\"sum\",\"type\":{"
        + "\"type\":\"bytes\",\"connect.name\":\"org.apache.kafka.connect.data.Decimal\",\"connect.parameters\":{\"scale\":\"2\"}}},"
        + "{\"name\":\"doc\",\"type\":[\"null\",{\"type\":\"string\",\"connect.name\":\"io.debezium.data.Json\"}]},"
        + "{\"name\":\"label\",\"type\":[{\"type\":\"string\",\"connect.default\":\"main\"},\"null\"],\"default\":\"main\"}]}";

    private const string Source =
        "{\"type\":\"record\",\"name\":\"Source\",\"fields\":[{\"name\":\"connector\",\"type\":\"string\"},{\"name\":\"name\",\"type\":\"string\"},"
        + "{\"name\":\"ts_ms\",\"type\":\"long\"},{\"name\":\"db\",\"type\":\"string\"},{\"name\":\"schema\",\"type\":\"string\"},"
        + "{\"name\":\"table\",\"type\":\"string\"},{\"name\":\"txId\",\"type\":[\"null\",\"long\"]},{\"name\":\"lsn\",\"type\":[\"null\",\"long\"]}]}";

    private const string Envelope =
        "{\"type\":\"record\",\"name\":\"Envelope\",\"namespace\":\"p.s.t\",\"fields\":[{\"name\":\"before\",\"type\":[\"null\"," + Row + "]},"
        + "{\"name\":\"after\",\"type\":[\"null\",\"Value\"]},{\"name\":\"source\",\"type\":" + Source + "},{\"name\":\"op\",\"type\":\"string\"}]}";

    private static readonly MadeSchemas Schemas = new MadeSchemas().With(EnvelopeId, Envelope)
        .With(KeyId, "{\"type\":\"record\",\"name\":\"Key\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"}]}")
        .With(TextId, "\"string\"").With(NothingId, "\"null\"");

    [Fact]
    public void An_update_reads_as_its_json_with_schema_does()
    {
        var change = Change(Record("u", before: "{\"a\":1}", after: "{\"b\": 2}"));
        Given.Show(change, change.Before).ShouldBe("full doc={\"a\":1} id=\"7\" label=\"main\"!ambiguous sum=\"4.99\"");
        Given.Show(change, change.After).ShouldBe("full doc={\"b\":2} id=\"7\" label=\"main\"!ambiguous sum=\"4.99\"");
        Given.Show(change, change.Key).ShouldBe("full id=\"7\"");
        Given.Text(change.Facts.Position).ShouldBe("1234");
        Given.Text(change.DeliveredAfter).ShouldBe("{\"id\":7,\"sum\":\"AfM=\",\"doc\":\"{\\\"b\\\": 2}\",\"label\":\"main\"}");
    }

    [Fact]
    public void A_row_keeps_its_key_and_its_coordinate_when_the_converter_changes()
    {
        var avro = Change(Record("d", before: "null"));
        var json = Given.Change(Given.Record(
            Given.Envelope("d", before: "{\"id\":7,\"sum\":\"AfM=\",\"doc\":null,\"label\":\"main\"}", source: Given.Source(time: "\"ts_ms\":1700000000001")),
            key: "{\"id\":7}"));
        Given.Show(avro, avro.Key).ShouldBe(Given.Show(json, json.Key));
        avro.Coordinate.Span.SequenceEqual(json.Coordinate.Span).ShouldBeTrue();
    }

    [Fact]
    public void Keys_in_headers_are_read_in_avro_and_in_json()
    {
        var json = Record("d", before: "null") with { Headers = [new("__debezium.newkey", "{\"id\":8}"u8.ToArray())] };
        var change = Change(json);
        Given.Show(change, change.NextKey).ShouldBe("full id=\"8\"");
        change = Change(json with { Headers = [new("__debezium.newkey", AvroWriter.Framed(KeyId, [16]))] });
        Given.Show(change, change.NextKey).ShouldBe("full id=\"8\"");
    }

    [Fact]
    public void A_key_that_is_null_is_none_and_one_that_is_no_record_is_malformed()
    {
        var change = Change(Record("c", after: "null") with { Key = AvroWriter.Framed(NothingId, []) });
        change.Key.IsPresent.ShouldBeFalse();
        var rejection = Refused(Record("c", after: "null") with { Key = AvroWriter.Framed(TextId, [2, 0x61]) });
        rejection.ShouldBe(new Rejection(RejectionCode.MalformedKey, "The key is no object of columns.", -1));
        Refused(Record("c", after: "null") with { Key = AvroWriter.Framed(KeyId, []) }).Code.ShouldBe(RejectionCode.MalformedKey);
        Refused(Record("c", after: "null") with { Key = AvroWriter.Framed(99, []) }).ShouldBe(
            new Rejection(RejectionCode.UnknownSchema, "The key cannot be read: There is no schema 99.", -1));
    }

    [Fact]
    public void A_schema_may_change_from_record_to_record_of_a_topic()
    {
        const string City = "{\"name\":\"city\",\"type\":[\"null\",\"string\"],\"default\":null},";
        var wider = Envelope.Replace("{\"name\":\"doc\"", City + "{\"name\":\"doc\"", StringComparison.Ordinal);
        var decoder = new Core.Decode.Decoder(Given.Settings(ReplicaIdentity.Full), new MadeSchemas().With(EnvelopeId, Envelope).With(9, wider)
            .With(KeyId, "{\"type\":\"record\",\"name\":\"Key\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"}]}"));
        var old = Record("c", after: "null");
        var datum = new AvroWriter().Long(0).Long(1).Long(7).Bytes(1, 0xF3).Long(1).String("Ulm").Long(1).String("null").Long(0).String("main")
            .String("postgresql").String("p").Long(1_700_000_000_001).String("d").String("s").String("t").Long(1).Long(77).Long(1).Long(1234).String("c");
        var with = old with { Value = AvroWriter.Framed(9, datum.ToArray()) };
        for (var round = 0; round < 3; round++)
        {
            var change = decoder.Decode(old).Changes.ShouldHaveSingleItem();
            Given.Show(change, change.After).ShouldBe("full doc=null id=\"7\" label=\"main\"!ambiguous sum=\"4.99\"");
            change = decoder.Decode(with).Changes.ShouldHaveSingleItem();
            Given.Show(change, change.After).ShouldBe("full city=\"Ulm\" doc=null id=\"7\" label=\"main\"!ambiguous sum=\"4.99\"");
        }
    }

    [Fact]
    public void A_value_that_is_null_is_a_tombstone() =>
        Decode(Given.Record(value: null) with { Value = AvroWriter.Framed(NothingId, []) }).Skip.ShouldBe(SkipReason.Tombstone);

    [Fact]
    public void A_rejection_names_the_place_in_the_record_and_not_in_the_text_made_of_it()
    {
        var record = Record("c", after: "no json at all");
        var value = record.Value.GetValueOrDefault();
        var rejection = Refused(record);
        rejection.Code.ShouldBe(RejectionCode.InvalidValue);
        // Before the text stand its branch and its length.
        rejection.ByteOffset.ShouldBe(value.Span.IndexOf("no json"u8) - 2);
        var other = Record("x", after: "null");
        Refused(other).ShouldBe(new Rejection(
            RejectionCode.UnknownOperation, "The member op is none of c, u, d, r, t and m.", other.Value.GetValueOrDefault().Length - 2));
        Refused(Given.Record(value: null) with { Value = AvroWriter.Framed(TextId, [2, 0x61]) })
            .ShouldBe(new Rejection(RejectionCode.UnknownShape, "The record has the shape of no known change record.", 5));
    }

    [Fact]
    public void A_record_in_steady_state_allocates_nothing()
    {
        var decoder = new Core.Decode.Decoder(Given.Settings(ReplicaIdentity.Full), Schemas);
        var differ = new Differ();
        var record = Record("u", before: "{\"a\":1}", after: "{\"b\": 2}");
        for (var round = 0; round < 200; round++)
            differ.Compare(decoder.Decode(record).Changes[0]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1_000; round++)
            differ.Compare(decoder.Decode(record).Changes[0]);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static RawRecord Record(string op, string? before = null, string? after = null)
    {
        var datum = new AvroWriter();
        Image(datum, before);
        Image(datum, after);
        datum.String("postgresql").String("p").Long(1_700_000_000_001).String("d").String("s").String("t").Long(1).Long(77).Long(1).Long(1234).String(op);
        return Given.Record(value: null) with
        {
            Key = AvroWriter.Framed(KeyId, [14]),
            Value = AvroWriter.Framed(EnvelopeId, datum.ToArray()),
        };
    }

    private static void Image(AvroWriter datum, string? doc)
    {
        if (doc is null)
            datum.Long(0);
        else
            datum.Long(1).Long(7).Bytes(1, 0xF3).Long(1).String(doc).Long(0).String("main");
    }

    private static DecodeResult Decode(in RawRecord record) => new Core.Decode.Decoder(new DecodeSettings(), Schemas).Decode(record);

    private static RowChange Change(in RawRecord record)
    {
        var result = Decode(record);
        result.Rejection.ShouldBeNull();
        return result.Changes.ShouldHaveSingleItem();
    }

    private static Rejection Refused(in RawRecord record) => Decode(record).Rejection.ShouldNotBeNull();
}

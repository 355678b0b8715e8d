using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Protect;
using AuditStream.Core.Sink;
using AuditStream.Core.Tests.Decode.Avro;

namespace AuditStream.Core.Tests.Sink;

public sealed class EventDatumReaderTests
{
    private const int Id = 7;

    [Fact]
    public void The_row_of_an_event_in_Avro_is_the_row_of_the_event_in_JSON()
    {
        var reader = new AuditRowReader(MadeKey.Key.Fingerprint, new MadeSchemas().With(Id, EventSchema.Text));
        var fromAvro = reader.Read(Record(avro: true), out var rejection).ShouldNotBeNull(rejection?.Message);
        var fromJson = reader.Read(Record(avro: false), out _).ShouldNotBeNull();
        Encoding.UTF8.GetString(fromAvro.Body.Span).ShouldBe(Encoding.UTF8.GetString(fromJson.Body.Span));
        fromAvro.FactHash.ShouldBe(fromJson.FactHash);
        fromAvro.EventUid.ShouldBe(fromJson.EventUid);
        fromAvro.KeyHash.ShouldBe(fromJson.KeyHash);
        fromAvro.Changed.ShouldBe(fromJson.Changed);
    }

    [Fact]
    public void An_optional_member_of_a_later_version_is_kept()
    {
        const string Member = "\"name\": \"i\", \"default\": null, \"type\": [\"null\", \"boolean\"]}, {\"name\": \"identity\",";
        var later = EventSchema.Text.Replace("\"name\": \"identity\",", Member, StringComparison.Ordinal);
        later.ShouldNotBe(EventSchema.Text);
        var value = Record(avro: true).Value.GetValueOrDefault().ToArray().ToList();
        // The member stands before identity, whose datum is a length and its text.
        value.InsertRange(IndexOf(value, [12, .. "strong"u8]), [2, 1]);
        Encoding.UTF8.GetString(Body(later, [.. value])).ShouldContain("\"i\":true,\"identity\":\"strong\"");
    }

    [Fact]
    public void A_schema_that_cannot_be_had_makes_the_event_wait()
    {
        var id = new SchemaId(SchemaIdKind.Confluent, Id);
        foreach (var source in new[] { null, new MadeSchemas(), new MadeSchemas().With(id, SchemaAnswer.NotNow("It is away.")) })
        {
            var reader = new AuditRowReader(MadeKey.Key.Fingerprint, source);
            Should.Throw<SchemaNotNowException>(() => reader.Read(Record(avro: true), out _));
            reader.Read(Record(avro: false), out _).ShouldNotBeNull("JSON needs no registry");
        }
    }

    [Fact]
    public void A_schema_is_asked_for_once()
    {
        var schemas = new MadeSchemas().With(Id, EventSchema.Text);
        var reader = new AuditRowReader(MadeKey.Key.Fingerprint, schemas);
        for (var round = 0; round < 3; round++)
            reader.Read(Record(avro: true), out _).ShouldNotBeNull();
        schemas.Asked.ShouldBe(1);
    }

    [Theory]
    [InlineData("\"string\"", RejectionCode.NotAnEvent)]
    [InlineData("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"double\"}]}", RejectionCode.NotAnEvent)]
    [InlineData("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":[\"null\",\"R\"]}]}", RejectionCode.NotAnEvent)]
    [InlineData("{}", RejectionCode.UnsupportedSchema)]
    public void What_was_written_with_another_schema_is_no_event(string schema, RejectionCode code) =>
        Refusal(schema, Record(avro: true).Value.GetValueOrDefault().ToArray()).ShouldBe(code);

    [Fact]
    public void A_value_that_breaks_off_anywhere_is_refused()
    {
        var value = Record(avro: true).Value.GetValueOrDefault().ToArray();
        for (var length = 0; length < value.Length; length++)
            Refusal(EventSchema.Text, value[..length]).ShouldBe(RejectionCode.NotAnEvent, $"{length} bytes");
        Refusal(EventSchema.Text, [.. value, 0]).ShouldBe(RejectionCode.NotAnEvent);
    }

    [Fact]
    public void Random_bytes_never_throw_and_take_no_time()
    {
        var random = new Random(20_261);
        var record = Record(avro: true);
        var value = record.Value.GetValueOrDefault().ToArray();
        var reader = new AuditRowReader(MadeKey.Key.Fingerprint, new MadeSchemas().With(Id, EventSchema.Text));
        var refused = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var altered = value.ToArray();
            for (var j = random.Next(1, 4); j > 0; j--)
                altered[random.Next(5, altered.Length)] = (byte)random.Next(256);
            reader.Read(record with { Value = altered }, out var rejection);
            rejection?.Code.ShouldBeOneOf(RejectionCode.NotAnEvent, RejectionCode.ForeignIdentityKey);
            refused += rejection is null ? 0 : 1;
        }
        refused.ShouldBeGreaterThan(1_000);
    }

    private static int IndexOf(List<byte> bytes, byte[] part)
    {
        var index = bytes.ToArray().AsSpan().IndexOf(part);
        index.ShouldBeGreaterThan(0);
        return index;
    }

    private static byte[] Body(string schema, byte[] value)
    {
        new EventDatumReader(new MadeSchemas().With(Id, schema)).Read(value, out var json).ShouldBeNull();
        return json.ToArray();
    }

    private static RejectionCode Refusal(string schema, byte[] value)
    {
        var reader = new AuditRowReader(MadeKey.Key.Fingerprint, new MadeSchemas().With(Id, schema));
        reader.Read(Record(avro: true) with { Value = value }, out var rejection).ShouldBeNull();
        return rejection.ShouldNotBeNull().Code;
    }

    private static RawRecord Record(bool avro)
    {
        string[] before = ["\"Ann\"", "42", "\"old\"", "\"1.00\""];
        var diff = MadeChange.Diff(
            MadeChange.Of(ChangeOperation.Update, before, ["\"Ann\"", "42", "null", "\"2.00\""], ["\"42\""]), "note", "total");
        new EventIdentity(MadeKey.Key).Stamp(diff.Change);
        var auditEvent = new AuditEvent();
        new Emitter(new EmitSettings { AvroSchemaId = avro ? Id : null }, MadeKey.Key, 1, "0.1.0", "c0ffee")
            .Write(new FieldPolicy(new ProtectSettings(), MadeKey.Key).Apply(diff), auditEvent).ShouldBeNull();
        return new RawRecord
        {
            Topic = "audit.events", Partition = 5, Offset = 77, TimestampMilliseconds = auditEvent.TimestampMilliseconds,
            Key = auditEvent.Key, Value = auditEvent.Value, Headers = auditEvent.Headers,
        };
    }
}

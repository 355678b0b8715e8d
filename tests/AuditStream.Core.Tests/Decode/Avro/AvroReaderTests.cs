using System.IO.Compression;
using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Tests.Decode.Avro;

public sealed class AvroReaderTests
{
    private const string Uuid = "b7b4a7f0-9c96-4e4a-a687-fb5de9ef0c63";

    private static readonly SchemaId Glue = new(SchemaIdKind.Glue, new UInt128(0xb7b4a7f09c964e4a, 0xa687fb5de9ef0c63));
    private static readonly byte[] UuidBytes = new Guid(Uuid).ToByteArray(bigEndian: true);
    private readonly ByteWriter text = new();

    [Fact]
    public void Ids_are_written_as_a_registry_writes_them()
    {
        new SchemaId(SchemaIdKind.Confluent, 7).ToString().ShouldBe("7");
        Glue.ToString().ShouldBe(Uuid);
    }

    [Fact]
    public void Every_framing_names_its_schema()
    {
        Read([0, 0, 0, 0, 7, 10], new SchemaId(SchemaIdKind.Confluent, 7)).ShouldBe("5");
        Read([0, 0, 0, 0, 0, 0, 0, 0, 7, 10], new SchemaId(SchemaIdKind.Apicurio, 7)).ShouldBe("5");
        Read([3, 0, .. UuidBytes, 10], Glue).ShouldBe("5");
        Read([3, 5, .. UuidBytes, .. Deflated([10])], Glue).ShouldBe("5");
    }

    [Fact]
    public void An_id_in_a_header_leaves_no_framing_before_the_datum()
    {
        RecordHeader[] headers = [new("other", null), new("apicurio.value.globalId", new byte[] { 0, 0, 0, 0, 0, 0, 0, 9 })];
        SchemaIdHeaders.OfKey(headers).ShouldBeNull();
        var id = SchemaIdHeaders.OfValue(headers).ShouldNotBeNull();
        id.ShouldBe(new SchemaId(SchemaIdKind.ApicurioGlobal, 9));
        Read([10], id, named: id).ShouldBe("5");
    }

    [Fact]
    public void Confluents_headers_name_a_schema_by_its_UUID_or_by_its_id()
    {
        RecordHeader[] headers = [new("__key_schema_id", (byte[])[1, .. UuidBytes]), new("__value_schema_id", (byte[])[0, 0, 0, 1, 2])];
        var guid = SchemaIdHeaders.OfKey(headers).ShouldNotBeNull();
        guid.Kind.ShouldBe(SchemaIdKind.ConfluentGuid);
        guid.ToString().ShouldBe(Uuid);
        SchemaIdHeaders.OfValue(headers).ShouldBe(new SchemaId(SchemaIdKind.Confluent, 258));
        Read([10], guid, named: guid).ShouldBe("5");
        foreach (var value in new byte[]?[] { null, [], [1, 2], [2, .. UuidBytes], [0, .. UuidBytes], [1, 0, 0, 1, 2] })
        {
            ReadOnlyMemory<byte>? bytes = null;
            if (value is not null)
                bytes = value;
            SchemaIdHeaders.OfValue([new("__value_schema_id", bytes)]).ShouldBeNull();
        }
    }

    [Fact]
    public void A_schema_names_types_of_those_that_it_refers_to()
    {
        ReadOnlyMemory<byte>[] references =
        [
            "{\"type\":\"enum\",\"name\":\"E\",\"namespace\":\"a\",\"symbols\":[\"X\",\"Y\"]}"u8.ToArray(),
            "{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"a\",\"fields\":[{\"name\":\"e\",\"type\":\"E\"}]}"u8.ToArray(),
        ];
        const string Main =
            "{\"type\":\"record\",\"name\":\"M\",\"fields\":[{\"name\":\"r\",\"type\":\"a.R\"},{\"name\":\"e\",\"type\":[\"null\",\"a.E\"]}]}";
        var main = Encoding.UTF8.GetBytes(Main);
        var id = new SchemaId(SchemaIdKind.Confluent, 7);
        var schemas = new MadeSchemas().With(id, SchemaAnswer.Found(main, references));
        new AvroReader(schemas).Read([0, 0, 0, 0, 7, 2, 2, 0], named: null, text, out _).ShouldBeNull();
        Encoding.UTF8.GetString(text.Written).ShouldBe("{\"r\":{\"e\":\"Y\"},\"e\":\"X\"}");
        schemas = new MadeSchemas().With(id, SchemaAnswer.Found(main, references[1..]));
        new AvroReader(schemas).Read([0, 0, 0, 0, 7, 2, 2, 0], named: null, text, out _).ShouldBe(new Rejection(
            RejectionCode.MalformedSchema, "The schema of id 7 is no Avro schema: in what it refers to nothing in it is called E.", 1));
    }

    [Fact]
    public void A_framing_that_is_cut_or_impossible_is_refused()
    {
        Refused([0]).ShouldBe((RejectionCode.TruncatedAvro, 1));
        Refused([0, 0, 0, 0]).ShouldBe((RejectionCode.TruncatedAvro, 4));
        Refused([0, 0, 0, 0, 0, 0]).ShouldBe((RejectionCode.TruncatedAvro, 6));
        Refused([0, 0x80, 0, 0, 0, 0]).ShouldBe((RejectionCode.MalformedAvro, 1));
        Refused([3, 0, 1]).ShouldBe((RejectionCode.TruncatedAvro, 3));
        Refused([3, 4, .. UuidBytes, 10]).ShouldBe((RejectionCode.MalformedAvro, 1));
        Refused([3, 5, .. UuidBytes, 10]).ShouldBe((RejectionCode.TruncatedAvro, 18));
        Refused([3, 5, .. UuidBytes, 10, 10, 10]).ShouldBe((RejectionCode.MalformedAvro, 18));
        Refused([3, 5, .. UuidBytes, .. Deflated([0x80])]).ShouldBe((RejectionCode.TruncatedAvro, 18));
        Refused([3, 5, .. UuidBytes, .. Deflated(new byte[AvroReader.MaxInflatedBytes + 1])]).ShouldBe((RejectionCode.MalformedAvro, 18));
    }

    [Fact]
    public void A_schema_is_asked_for_once_and_an_unknown_one_each_time()
    {
        var schemas = new MadeSchemas().With(7, "\"int\"");
        var reader = new AvroReader(schemas);
        for (var round = 0; round < 3; round++)
            reader.Read([0, 0, 0, 0, 7, 10], named: null, text, out _).ShouldBeNull();
        schemas.Asked.ShouldBe(1);
        for (var round = 0; round < 3; round++)
            reader.Read([0, 0, 0, 0, 8, 10], named: null, text, out _).ShouldNotBeNull().Code.ShouldBe(RejectionCode.UnknownSchema);
        schemas.Asked.ShouldBe(4);
    }

    [Fact]
    public void Each_answer_of_a_registry_has_its_own_consequence()
    {
        var schemas = new MadeSchemas()
            .With(new SchemaId(SchemaIdKind.Confluent, 1), SchemaAnswer.Unsupported("Schema 1 is of type JSON."))
            .With(new SchemaId(SchemaIdKind.Confluent, 2), SchemaAnswer.NotNow("The registry is down."))
            .With(3, "{\"type\":\"recrod\"}");
        var reader = new AvroReader(schemas);
        reader.Read([0, 0, 0, 0, 1, 10], named: null, text, out _).ShouldBe(new Rejection(RejectionCode.UnsupportedSchema, "Schema 1 is of type JSON.", 1));
        Should.Throw<SchemaNotNowException>(() => reader.Read([0, 0, 0, 0, 2, 10], named: null, text, out _)).Message.ShouldBe("The registry is down.");
        reader.Read([0, 0, 0, 0, 3, 10], named: null, text, out _)
            .ShouldBe(new Rejection(RejectionCode.MalformedSchema, "The schema of id 3 is no Avro schema: nothing in it is called recrod.", 1));
        new AvroReader(source: null).Read([0, 0, 0, 0, 1, 10], named: null, text, out _).ShouldNotBeNull().Code.ShouldBe(RejectionCode.UnknownSchema);
    }

    private string Read(byte[] bytes, SchemaId id, SchemaId? named = null)
    {
        var reader = new AvroReader(new MadeSchemas().With(id, SchemaAnswer.Found("\"int\""u8.ToArray())));
        reader.Read(bytes, named, text, out var schema).ShouldBeNull();
        schema.ShouldNotBeNull().Connect.Type.ShouldBe(ColumnType.Int32);
        return Encoding.UTF8.GetString(text.Written);
    }

    private (RejectionCode Code, long Offset) Refused(byte[] bytes)
    {
        var reader = new AvroReader(new MadeSchemas().With(Glue, SchemaAnswer.Found("\"int\""u8.ToArray())));
        var rejection = reader.Read(bytes, named: null, text, out _).ShouldNotBeNull();
        return (rejection.Code, rejection.ByteOffset);
    }

    private static byte[] Deflated(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var deflate = new ZLibStream(output, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(bytes);
        return output.ToArray();
    }
}

using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Decode.Avro;

public sealed class AvroJsonFormTests
{
    private const string Schema =
        "{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"n\",\"fields\":[{\"name\":\"a\",\"type\":[\"null\",\"string\"]},"
        + "{\"name\":\"b\",\"type\":\"bytes\"},"
        + "{\"name\":\"c\",\"type\":[\"null\",\"long\",\"string\"]},{\"name\":\"d\",\"type\":\"double\"},"
        + "{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"X\",\"Y\"]}},"
        + "{\"name\":\"f\",\"type\":{\"type\":\"fixed\",\"name\":\"F\",\"size\":2}},{\"name\":\"m\",\"type\":{\"type\":\"map\",\"values\":[\"null\",\"int\"]}},"
        + "{\"name\":\"l\",\"type\":{\"type\":\"array\",\"items\":\"boolean\"}},{\"name\":\"r\",\"type\":[\"null\",\"n.R\"]}]}";

    private const string Tail = "\"d\":1,\"e\":\"Y\",\"f\":\"ab\",\"m\":{},\"l\":[],\"r\":null}";

    [Fact]
    public void The_text_is_the_one_of_the_binary_form()
    {
        Read("{\"a\":{\"string\":\"x\\n\"},\"b\":\"\\u0001\\u00ffA\",\"c\":{\"long\":9223372036854775807},\"d\":0.1,\"e\":\"Y\",\"f\":\"\\u0000\\u0080\","
            + "\"m\":{\"k\":{\"int\":1},\"n\":null},\"l\":[true,false],\"r\":null}")
            .ShouldBe("{\"a\":\"x\\n\",\"b\":\"Af9B\",\"c\":{\"long\":9223372036854775807},\"d\":0.1,\"e\":\"Y\",\"f\":\"AIA=\","
                + "\"m\":{\"k\":1,\"n\":null},\"l\":[true,false],\"r\":null}");
        Read("{\"c\":{\"string\":\"s\"},\"b\":\"\",\"a\":null,\"d\":\"NaN\",\"e\":\"X\",\"f\":\"ab\",\"m\":{},\"l\":[],"
            + "\"r\":{\"n.R\":{\"a\":null,\"b\":\"\",\"c\":null," + Tail + "}}")
            .ShouldBe("{\"a\":null,\"b\":\"\",\"c\":{\"string\":\"s\"},\"d\":\"NaN\",\"e\":\"X\",\"f\":\"YWI=\",\"m\":{},\"l\":[],"
                + "\"r\":{\"a\":null,\"b\":\"\",\"c\":null,\"d\":1.0,\"e\":\"Y\",\"f\":\"YWI=\",\"m\":{},\"l\":[],\"r\":null}}");
    }

    [Theory]
    [InlineData("{\"a\":\"x\",\"b\":\"\",\"c\":null,", "\"x\"", "a text that names no branch")]
    [InlineData("{\"a\":{\"long\":1},\"b\":\"\",\"c\":null,", "{\"long\"", "a branch that the union does not have")]
    [InlineData("{\"a\":null,\"b\":\"€\",\"c\":null,", "\"€\"", "a character that is no byte")]
    [InlineData("{\"a\":null,\"b\":\"\",\"c\":{\"long\":9223372036854775808},", "9223", "a number of more than 64 bits")]
    [InlineData("{\"a\":null,\"b\":\"\",\"c\":{\"long\":1.0},", "1.0", "a fraction")]
    [InlineData("{\"a\":null,\"b\":\"\",\"x\":null,", "{\"a\"", "a member of another name")]
    [InlineData("{\"a\":null,\"b\":\"\",\"c\":null,\"x\":1,", "{\"a\"", "a member too many")]
    public void What_is_not_of_the_schema_is_refused_with_its_place(string head, string at, string why)
    {
        var json = head + Tail;
        var place = Encoding.UTF8.GetBytes(json).AsSpan().IndexOf(Encoding.UTF8.GetBytes(at));
        Refused(json).ShouldBe((RejectionCode.MalformedAvro, 5 + place), why);
    }

    [Fact]
    public void What_only_begins_like_an_object_is_binary()
    {
        // A number of -62, and a text of 17 bytes that ends like an object.
        const string Pair = "{\"type\":\"record\",\"name\":\"P\",\"fields\":[{\"name\":\"n\",\"type\":\"long\"},{\"name\":\"t\",\"type\":\"string\"}]}";
        var text = new ByteWriter();
        var reader = new AvroReader(new MadeSchemas().With(7, Pair));
        reader.Read([0, 0, 0, 0, 7, .. "{\"a\":1,\"b\":\"xxxxx\"}"u8], named: null, text, out _).ShouldBeNull();
        Encoding.UTF8.GetString(text.Written).ShouldBe("{\"n\":-62,\"t\":\"a\\\":1,\\\"b\\\":\\\"xxxxx\\\"}\"}");
        reader.Read([0, 0, 0, 0, 7, .. "{\"n\":1,\"t\":\"xxxxx\"}"u8], named: null, text, out _).ShouldBeNull();
        Encoding.UTF8.GetString(text.Written).ShouldBe("{\"n\":1,\"t\":\"xxxxx\"}", "both forms fit, and the names are no chance");
    }

    [Fact]
    public void Without_a_schema_the_form_is_refused_and_never_taken_for_a_row()
    {
        var record = Given.Record(Given.Envelope("c", after: "{\"p.s.t.Value\":{\"id\":7,\"name\":{\"string\":\"x\"}}}"));
        var rejection = new Core.Decode.Decoder(new DecodeSettings()).Decode(record).Rejection.ShouldNotBeNull();
        rejection.Code.ShouldBe(RejectionCode.UnknownSchema);
        rejection.Message.ShouldContain("JSON form");
    }

    [Fact]
    public void Json_with_the_id_of_a_schema_that_is_no_Avro_in_a_header_is_json()
    {
        var id = new SchemaId(SchemaIdKind.ConfluentGuid, 9);
        byte[] header = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
        var record = Given.Record(Given.Envelope("c", after: "{\"id\":7}")) with { Headers = [new RecordHeader("__value_schema_id", header)] };
        foreach (var schemas in new[] { null, new MadeSchemas(), new MadeSchemas().With(id, SchemaAnswer.Unsupported("It is of type JSON.")) })
        {
            var decoder = new Core.Decode.Decoder(new DecodeSettings(), schemas);
            var result = decoder.Decode(record);
            result.Rejection.ShouldBeNull();
            result.Changes.ShouldHaveSingleItem();
            decoder.Recognised.Framing.ShouldBe(RecordFraming.Json);
        }
    }

    private static string Read(string json)
    {
        var text = new ByteWriter();
        new AvroReader(new MadeSchemas().With(7, Schema)).Read([0, 0, 0, 0, 7, .. Encoding.UTF8.GetBytes(json)], named: null, text, out _).ShouldBeNull();
        return Encoding.UTF8.GetString(text.Written);
    }

    private static (RejectionCode Code, long Offset) Refused(string json)
    {
        var rejection = new AvroReader(new MadeSchemas().With(7, Schema))
            .Read([0, 0, 0, 0, 7, .. Encoding.UTF8.GetBytes(json)], named: null, new ByteWriter(), out _).ShouldNotBeNull();
        return (rejection.Code, rejection.ByteOffset);
    }
}

using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Decode.Connect;

namespace AuditStream.Core.Tests.Decode.Avro;

public sealed class AvroSchemaParserTests
{
    [Theory]
    [InlineData("\"int\"", ColumnType.Int32, ValueCoding.Int32)]
    [InlineData("{\"type\":\"int\"}", ColumnType.Int32, ValueCoding.Int32)]
    [InlineData("{\"type\":{\"type\":\"long\"}}", ColumnType.Int64, ValueCoding.Int64)]
    [InlineData("{\"type\":\"int\",\"logicalType\":\"date\"}", ColumnType.Date, ValueCoding.DateDays)]
    [InlineData("{\"type\":\"int\",\"logicalType\":\"time-millis\"}", ColumnType.Time, ValueCoding.TimeMilliseconds)]
    [InlineData("{\"type\":\"long\",\"logicalType\":\"time-micros\"}", ColumnType.Time, ValueCoding.TimeMicroseconds)]
    [InlineData("{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}", ColumnType.Timestamp, ValueCoding.TimestampMilliseconds)]
    [InlineData("{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}", ColumnType.Timestamp, ValueCoding.TimestampMicroseconds)]
    [InlineData("{\"type\":\"long\",\"logicalType\":\"local-timestamp-nanos\"}", ColumnType.Timestamp, ValueCoding.TimestampNanoseconds)]
    [InlineData("{\"type\":\"string\",\"logicalType\":\"uuid\"}", ColumnType.Uuid, ValueCoding.Text)]
    [InlineData("{\"type\":\"string\",\"logicalType\":\"unheard-of\"}", ColumnType.String, ValueCoding.Text)]
    [InlineData("{\"type\":\"long\",\"connect.name\":\"io.debezium.time.MicroTimestamp\"}", ColumnType.Timestamp, ValueCoding.TimestampMicroseconds)]
    [InlineData("{\"type\":\"string\",\"connect.name\":\"io.debezium.data.Json\"}", ColumnType.Json, ValueCoding.Json)]
    [InlineData("{\"type\":\"long\",\"connect.name\":\"io.debezium.data.Json\"}", ColumnType.Int64, ValueCoding.Int64)]
    [InlineData("{\"type\":\"int\",\"connect.name\":\"io.debezium.time.Year\",\"logicalType\":\"date\"}", ColumnType.Year, ValueCoding.Int32)]
    [InlineData("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"]}", ColumnType.Enum, ValueCoding.Text)]
    [InlineData("{\"type\":\"map\",\"values\":\"int\"}", ColumnType.Map, ValueCoding.Map)]
    [InlineData("[\"null\",\"double\"]", ColumnType.Float64, ValueCoding.Float)]
    public void A_type_has_the_meaning_of_its_connect_name_or_else_of_its_logical_type(string schema, ColumnType type, object coding)
    {
        var connect = AvroText.Schema(schema).Connect;
        connect.Type.ShouldBe(type);
        connect.Coding.ShouldBe((ValueCoding)coding);
    }

    [Fact]
    public void Scales_lengths_and_ranges_are_read()
    {
        AvroText.Schema("{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":3}").Connect.Scale.ShouldBe(3);
        AvroText.Schema("{\"type\":\"bytes\",\"scale\":9,\"connect.name\":\"org.apache.kafka.connect.data.Decimal\",\"connect.parameters\":{\"scale\":\"2\"}}")
            .Connect.Scale.ShouldBe(2);
        AvroText.Schema("{\"type\":\"bytes\",\"connect.name\":\"io.debezium.data.Bits\",\"connect.parameters\":{\"length\":\"12\"}}")
            .Connect.Length.ShouldBe(12);
        AvroText.Schema("{\"type\":\"int\",\"connect.type\":\"int16\"}").Connect.Maximum.ShouldBe(short.MaxValue);
        AvroText.Schema("{\"type\":\"fixed\",\"name\":\"F\",\"size\":3,\"logicalType\":\"decimal\"}").Size.ShouldBe(3);
    }

    [Theory]
    [InlineData("{\"type\":\"boolean\",\"connect.default\":true}", null, "true")]
    [InlineData("[{\"type\":\"string\",\"connect.default\":\"main\"},\"null\"]", "\"main\"", "\"main\"")]
    [InlineData("[\"string\",\"null\"]", "\"a\\u0000é\"", null)]
    [InlineData("[\"string\",\"null\"]", "\"a\\u00e9\"", "\"aé\"")]
    [InlineData("[\"null\",\"string\"]", "null", null)]
    [InlineData("{\"type\":\"bytes\",\"connect.default\":\"\\u0000\"}", "\"\\u0000\"", "\"AA==\"")]
    [InlineData("\"bytes\"", "\"\\u0001\\u00f3\"", "\"AfM=\"")]
    [InlineData("\"bytes\"", "\"\\u0100\"", null)]
    [InlineData("\"double\"", "1.5", "1.5")]
    [InlineData("\"int\"", "\"1\"", null)]
    [InlineData("{\"type\":\"array\",\"items\":\"string\"}", "[\"a\", \"b\"]", "[\"a\",\"b\"]")]
    [InlineData("{\"type\":\"map\",\"values\":\"int\"}", "{\"a\" : 1}", "{\"a\":1}")]
    public void A_default_stands_in_the_form_of_its_values(string type, string? ofField, string? text)
    {
        var member = ofField is null ? "" : $",\"default\":{ofField}";
        var record = AvroText.Schema($"{{\"type\":\"record\",\"name\":\"R\",\"fields\":[{{\"name\":\"f\",\"type\":{type}{member}}}]}}");
        var found = record.Connect.Fields[0].Default;
        (found is null ? null : Encoding.UTF8.GetString(found)).ShouldBe(text);
    }

    [Fact]
    public void Names_belong_to_the_enclosing_namespace_unless_they_have_a_dot()
    {
        const string schema = "{\"type\":\"record\",\"name\":\"A\",\"namespace\":\"x\",\"fields\":["
            + "{\"name\":\"one\",\"type\":{\"type\":\"record\",\"name\":\"y.B\",\"fields\":["
            + "{\"name\":\"e\",\"type\":{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"S\"]}}]}},"
            + "{\"name\":\"two\",\"type\":\"y.E\"},{\"name\":\"three\",\"type\":[\"null\",\"y.B\"]},{\"name\":\"four\",\"type\":[\"null\",\"A\"]}]}";
        var parsed = AvroText.Schema(schema);
        parsed.Name.ShouldBe("x.A");
        parsed.Children[0].Name.ShouldBe("y.B");
        parsed.Children[1].ShouldBeSameAs(parsed.Children[0].Children[0]);
        parsed.Children[2].Children[1].ShouldBeSameAs(parsed.Children[0]);
        parsed.Children[3].Children[1].ShouldBeSameAs(parsed);
        parsed.Connect.Fields[3].Fields.ShouldBeSameAs(parsed.Connect.Fields);
        parsed.Connect.Fields[3].IsOptional.ShouldBeTrue();
    }

    [Theory]
    [InlineData("", "it is no JSON")]
    [InlineData("{", "it is no JSON")]
    [InlineData("1", "a type is neither a name nor an object nor a list")]
    [InlineData("{}", "an object has no type")]
    [InlineData("\"Missing\"", "nothing in it is called Missing")]
    [InlineData("[]", "a union has no branch")]
    [InlineData("[[\"null\"]]", "a union holds a union")]
    [InlineData("{\"type\":\"record\",\"fields\":[]}", "a record, enum or fixed has no name")]
    [InlineData("{\"type\":\"record\",\"name\":\"R\"}", "record R has no list of fields")]
    [InlineData("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"f\"}]}", "a field of R has no name or no type")]
    [InlineData("{\"type\":\"record\",\"name\":\"R\",\"fields\":[1]}", "a field of R has no name or no type")]
    [InlineData("{\"type\":\"enum\",\"name\":\"E\"}", "enum E has no list of symbols")]
    [InlineData("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[1]}", "a symbol of enum E is no text")]
    [InlineData("{\"type\":\"fixed\",\"name\":\"F\",\"size\":-1}", "the size of fixed F is out of range")]
    [InlineData("{\"type\":\"fixed\",\"name\":\"F\"}", "the size of fixed F is out of range")]
    [InlineData("{\"type\":\"array\"}", "the type of what stands in an array is missing")]
    [InlineData("{\"type\":\"bytes\",\"scale\":2000000}", "a decimal's scale or a bit string's length is out of range")]
    [InlineData("[{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[]},{\"type\":\"fixed\",\"name\":\"E\",\"size\":1}]", "E is defined twice")]
    public void What_is_no_schema_is_refused_with_the_reason(string schema, string reason)
    {
        new AvroSchemaParser().Parse(Encoding.UTF8.GetBytes(schema), out var found).ShouldBeNull();
        found.ShouldBe(reason);
    }

    [Fact]
    public void A_schema_that_is_deeper_than_the_limit_is_refused()
    {
        var schema = "\"int\"";
        for (var depth = 0; depth <= AvroSchemaParser.MaxSchemaDepth; depth++)
            schema = $"{{\"type\":\"array\",\"items\":{schema}}}";
        new AvroSchemaParser().Parse(Encoding.UTF8.GetBytes(schema), out var reason).ShouldBeNull();
        reason.ShouldContain("deeper");
    }
}

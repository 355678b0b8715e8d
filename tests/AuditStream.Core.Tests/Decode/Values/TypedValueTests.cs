using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Decode.Values;

/// <summary>Every logical type, from the record's bytes to the canonical text.</summary>
public sealed class TypedValueTests
{
    [Theory]
    [InlineData("true", "true")]
    [InlineData("12", "12")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("3.540", "3.540")]
    [InlineData("1E+3", "1E+3")]
    [InlineData("-0.0", "-0.0")]
    [InlineData("null", "null")]
    [InlineData("\"Weiß 李 𝄞\"", "\"Weiß 李 𝄞\"")]
    [InlineData("\"a\\u0041\\/\\u00e9\\ud834\\udd1e\"", "\"aA/é𝄞\"")]
    [InlineData("\"\\\"\\\\\\b\\f\\n\\r\\t\\u001F\"", "\"\\\"\\\\\\b\\f\\n\\r\\t\\u001f\"")]
    [InlineData("[ 1, [ ] , \"x\" ]", "[1,[],\"x\"]")]
    [InlineData("[1,2]", "[1,2]")]
    [InlineData("{\"b\" : 1.50, \"a\":{\"d\":null,\"c\":[{\"z\":1,\"y\":2}]}}", "{\"a\":{\"c\":[{\"y\":2,\"z\":1}],\"d\":null},\"b\":1.50}")]
    [InlineData("{\"\\ud834\\udd1e\":1,\"\\uffee\":2}", "{\"𝄞\":1,\"\uffee\":2}")]
    [InlineData("{\"\\u0062\":1,\"a\":2}", "{\"a\":2,\"b\":1}")]
    public void Without_schema_a_value_keeps_its_text(string delivered, string canonical) => Given.Untyped(delivered).ShouldBe(canonical);

    [Theory]
    [InlineData("\"a\\u0000b\"", "YQBi")]
    [InlineData("\"\\ud800x\"", "7aCAeA==")]
    [InlineData("\"x\\udc00\"", "eO2wgA==")]
    [InlineData("{\"a\":1,\"a\":2}", "eyJhIjoxLCJhIjoyfQ==")]
    [InlineData("{\"a\":1,\"\\u0061\":2}", "eyJhIjoxLCJcdTAwNjEiOjJ9")]
    [InlineData("[\"\\u0000\"]", "WyJcdTAwMDAiXQ==")]
    [InlineData("{\"\\udfff\":1}", "eyJcdWRmZmYiOjF9")]
    public void What_json_functions_cannot_hold_is_encoded_as_a_whole(string delivered, string base64) =>
        Given.Untyped(delivered).ShouldBe($"{{\"$bytes\":\"{base64}\"}}!encoded");

    [Theory]
    [InlineData("\"type\":\"boolean\"", "false", "false")]
    [InlineData("\"type\":\"int8\"", "-128", "-128")]
    [InlineData("\"type\":\"int16\"", "32767", "32767")]
    [InlineData("\"type\":\"int32\"", "-2147483648", "-2147483648")]
    [InlineData("\"type\":\"int64\"", "9223372036854775807", "\"9223372036854775807\"")]
    [InlineData("\"type\":\"int64\"", "-1", "\"-1\"")]
    [InlineData("\"type\":\"float\"", "1.5", "1.5")]
    [InlineData("\"type\":\"double\"", "4.9E-324", "4.9E-324")]
    [InlineData("\"type\":\"double\"", "\"NaN\"", "\"NaN\"")]
    [InlineData("\"type\":\"double\"", "\"-Infinity\"", "\"-Infinity\"")]
    [InlineData("\"type\":\"string\"", "\"x\\ty \"", "\"x\\ty \"")]
    [InlineData("\"type\":\"bytes\"", "\"yv4=\"", "\"yv4=\"")]
    [InlineData("\"type\":\"int32\",\"name\":\"io.debezium.time.Year\"", "2026", "2026")]
    [InlineData(
        "\"type\":\"string\",\"name\":\"io.debezium.data.Uuid\"", "\"b68a35a7-17ad-35b3-af2a-ae46edb4545a\"",
        "\"b68a35a7-17ad-35b3-af2a-ae46edb4545a\"")]
    [InlineData("\"type\":\"string\",\"name\":\"io.debezium.data.EnumSet\"", "\"a,b\"", "\"a,b\"")]
    [InlineData("\"type\":\"string\",\"name\":\"some.unknown.Name\"", "\"a\"", "\"a\"")]
    public void Plain_types_are_written_by_their_width(string field, string delivered, string canonical) =>
        Given.Typed(field, delivered).ShouldBe(canonical);

    [Theory]
    [InlineData(2, "\"AfM=\"", "\"4.99\"")]
    [InlineData(2, "\"AA==\"", "\"0.00\"")]
    [InlineData(2, "\"\"", "\"0.00\"")]
    [InlineData(2, "\"/w==\"", "\"-0.01\"")]
    [InlineData(0, "\"AP//////////\"", "\"18446744073709551615\"")]
    [InlineData(2, "\"9uexjWAB\"", "\"-99999999999.99\"")]
    [InlineData(-2, "\"BQ==\"", "\"500\"")]
    [InlineData(-2, "\"AA==\"", "\"0\"")]
    [InlineData(0, "\"gAAAAAAAAAA=\"", "\"-9223372036854775808\"")]
    [InlineData(10, "\"SztMqFqGxHoJiiI/////\"", "\"39062499999999999999999999.9999999999\"")]
    [InlineData(3, "8.10", "\"8.10\"")]
    [InlineData(3, "-1.5E+3", "\"-1500\"")]
    public void Decimals_have_every_digit(int scale, string delivered, string canonical)
    {
        var field = $"\"type\":\"bytes\",\"name\":\"org.apache.kafka.connect.data.Decimal\",\"parameters\":{{\"scale\":\"{scale}\"}}";
        Given.Typed(field, delivered).ShouldBe(canonical);
    }

    [Fact]
    public void A_decimal_of_20000_digits_is_exact()
    {
        var digits = "7" + new string('3', 19_999);
        var unscaled = System.Numerics.BigInteger.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
        var base64 = Convert.ToBase64String(unscaled.ToByteArray(isUnsigned: false, isBigEndian: true));
        var field = "\"type\":\"struct\",\"name\":\"io.debezium.data.VariableScaleDecimal\","
            + "\"fields\":[{\"type\":\"int32\",\"field\":\"scale\"},{\"type\":\"bytes\",\"field\":\"value\"}]";
        Given.Typed(field, $"{{\"value\":\"{base64}\",\"scale\":5}}").ShouldBe($"\"{digits[..^5]}.{digits[^5..]}\"");
    }

    [Theory]
    [InlineData("io.debezium.time.Date", "int32", "18292", "2020-01-31")]
    [InlineData("io.debezium.time.Date", "int32", "-719162", "0001-01-01")]
    [InlineData("io.debezium.time.Date", "int32", "2932896", "9999-12-31")]
    [InlineData("io.debezium.time.Date", "int32", "2932897", "+10000-01-01")]
    [InlineData("io.debezium.time.Date", "int32", "-719529", "-0001-12-31")]
    [InlineData("io.debezium.time.Date", "int32", "-719528", "0000-01-01")]
    [InlineData("io.debezium.time.Date", "int32", "-2147472692", "infinity")]
    [InlineData("io.debezium.time.Date", "int32", "-2147472691", "-infinity")]
    [InlineData("org.apache.kafka.connect.data.Date", "int32", "0", "1970-01-01")]
    [InlineData("org.apache.kafka.connect.data.Time", "int32", "45296789", "12:34:56.789")]
    [InlineData("io.debezium.time.Time", "int32", "0", "00:00:00")]
    [InlineData("io.debezium.time.MicroTime", "int64", "86400000000", "24:00:00")]
    [InlineData("io.debezium.time.MicroTime", "int64", "-3020399000000", "-838:59:59")]
    [InlineData("io.debezium.time.MicroTime", "int64", "-3600250000", "-01:00:00.25")]
    [InlineData("io.debezium.time.NanoTime", "int64", "1", "00:00:00.000000001")]
    [InlineData("org.apache.kafka.connect.data.Timestamp", "int64", "1749990896789", "2025-06-15T12:34:56.789")]
    [InlineData("io.debezium.time.Timestamp", "int64", "-1", "1969-12-31T23:59:59.999")]
    [InlineData("io.debezium.time.Timestamp", "int64", "9223372036825200", "infinity")]
    [InlineData("io.debezium.time.Timestamp", "int64", "-9223372036832400", "-infinity")]
    [InlineData("io.debezium.time.MicroTimestamp", "int64", "1580464800250000", "2020-01-31T10:00:00.25")]
    [InlineData("io.debezium.time.MicroTimestamp", "int64", "-1257206400000000", "1930-03-01T00:00:00")]
    [InlineData("io.debezium.time.MicroTimestamp", "int64", "9223372036825200000", "infinity")]
    [InlineData("io.debezium.time.MicroTimestamp", "int64", "-9223372036832400000", "-infinity")]
    [InlineData("io.debezium.time.NanoTimestamp", "int64", "1749990896789123456", "2025-06-15T12:34:56.789123456")]
    [InlineData("io.debezium.time.MicroDuration", "int64", "93600000000", "PT26H")]
    [InlineData("io.debezium.time.MicroDuration", "int64", "0", "PT0S")]
    [InlineData("io.debezium.time.MicroDuration", "int64", "-14706789000", "PT-4H-5M-6.789S")]
    [InlineData("io.debezium.time.MicroDuration", "int64", "-9223372036854775808", "PT-2562047788H-54.775808S")]
    [InlineData("io.debezium.time.NanoDuration", "int64", "60000000001", "PT1M0.000000001S")]
    public void Counted_times_become_iso_text(string name, string type, string delivered, string canonical) =>
        Given.Typed($"\"type\":\"{type}\",\"name\":\"{name}\"", delivered).ShouldBe($"\"{canonical}\"");

    [Theory]
    [InlineData("ZonedTimestamp", "2020-01-31T09:00:00.000000Z", "2020-01-31T09:00:00.000000Z")]
    [InlineData("ZonedTimestamp", "2020-01-31T10:00:00.25+01:00", "2020-01-31T09:00:00.25Z")]
    [InlineData("ZonedTimestamp", "2020-02-29T23:30-00:45", "2020-03-01T00:15:00Z")]
    [InlineData("ZonedTimestamp", "2020-01-01T00:30:00+01:00[Europe/Paris]", "2019-12-31T23:30:00Z")]
    [InlineData("ZonedTimestamp", "-0043-03-15T12:00:00Z", "-0043-03-15T12:00:00Z")]
    [InlineData("ZonedTimestamp", "+20000-01-01T00:00:00Z", "+20000-01-01T00:00:00Z")]
    [InlineData("ZonedTimestamp", "infinity", "infinity")]
    [InlineData("ZonedTimestamp", "-infinity", "-infinity")]
    [InlineData("ZonedTime", "08:00:00Z", "08:00:00Z")]
    [InlineData("ZonedTime", "01:30:00.50+02:00", "23:30:00.50Z")]
    [InlineData("IsoDate", "2025-06-15Z", "2025-06-15")]
    [InlineData("IsoTime", "12:34:56Z", "12:34:56")]
    [InlineData("IsoTimestamp", "2025-06-15T12:34:56Z", "2025-06-15T12:34:56")]
    [InlineData("Interval", "P-1Y-2M3DT-4H-5M-6.789S", "P-1Y-2M3DT-4H-5M-6.789S")]
    public void Textual_times_are_in_utc(string name, string delivered, string canonical) =>
        Given.Typed($"\"type\":\"string\",\"name\":\"io.debezium.time.{name}\"", $"\"{delivered}\"").ShouldBe($"\"{canonical}\"");

    [Theory]
    [InlineData(10, "AQI=", "1000000001")]
    [InlineData(8, "", "00000000")]
    [InlineData(12, "AQg=", "100000000001")]
    [InlineData(2147483647, "Aw==", "00000011")]
    public void Bits_are_read_from_the_lowest(int length, string base64, string bits) => Given.Typed(
        $"\"type\":\"bytes\",\"name\":\"io.debezium.data.Bits\",\"parameters\":{{\"length\":\"{length}\"}}", $"\"{base64}\"").ShouldBe($"\"{bits}\"");

    [Theory]
    [InlineData("\"{\\\"b\\\": 1.50, \\\"a\\\": [\\\"\\\\u00e9\\\"]}\"", "{\"a\":[\"é\"],\"b\":1.50}")]
    [InlineData("\"[1, 2]\"", "[1,2]")]
    [InlineData("\"null\"", "null")]
    [InlineData("\"{\\\"a\\\":1,\\\"a\\\":2}\"", "{\"$bytes\":\"eyJhIjoxLCJhIjoyfQ==\"}!encoded")]
    [InlineData("\"\\\"\\\\u0000\\\"\"", "{\"$bytes\":\"Ilx1MDAwMCI=\"}!encoded")]
    public void Json_columns_are_json(string delivered, string canonical) =>
        Given.Typed("\"type\":\"string\",\"name\":\"io.debezium.data.Json\"", delivered).ShouldBe(canonical);

    [Fact]
    public void Nested_types_are_written_by_their_elements()
    {
        Given.Typed("\"type\":\"array\",\"items\":{\"type\":\"int64\",\"optional\":true}", "[1,null,2]").ShouldBe("[\"1\",null,\"2\"]");
        Given.Typed(
            "\"type\":\"map\",\"keys\":{\"type\":\"string\"},\"values\":{\"type\":\"int32\",\"name\":\"io.debezium.time.Date\"}",
            "{\"b\":0,\"a\":1}")
            .ShouldBe("{\"a\":\"1970-01-02\",\"b\":\"1970-01-01\"}");
        Given.Typed("\"type\":\"map\",\"keys\":{\"type\":\"int32\"},\"values\":{\"type\":\"int64\"}", "[[2,5],[1,6]]")
            .ShouldBe("[[2,\"5\"],[1,\"6\"]]");
        Given.Typed(
            "\"type\":\"struct\",\"name\":\"io.debezium.data.geometry.Point\",\"fields\":[{\"type\":\"double\",\"field\":\"x\"},"
            + "{\"type\":\"double\",\"field\":\"y\"},{\"type\":\"bytes\",\"optional\":true,\"field\":\"wkb\"},"
            + "{\"type\":\"int32\",\"optional\":true,\"field\":\"srid\"}]",
            "{\"x\":1.0,\"y\":2.5,\"wkb\":\"AQ==\",\"srid\":null}").ShouldBe("{\"srid\":null,\"wkb\":\"AQ==\",\"x\":1.0,\"y\":2.5}");
    }

    [Theory]
    [InlineData("\"type\":\"int32\"", "2147483648")]
    [InlineData("\"type\":\"int8\"", "128")]
    [InlineData("\"type\":\"int64\"", "9223372036854775808")]
    [InlineData("\"type\":\"int64\"", "1.5")]
    [InlineData("\"type\":\"boolean\"", "1")]
    [InlineData("\"type\":\"string\"", "1")]
    [InlineData("\"type\":\"double\"", "\"1\"")]
    [InlineData("\"type\":\"bytes\"", "\"not base64\"")]
    [InlineData("\"type\":\"bytes\",\"name\":\"org.apache.kafka.connect.data.Decimal\"", "\"*\"")]
    [InlineData("\"type\":\"bytes\",\"name\":\"io.debezium.data.Bits\",\"parameters\":{\"length\":\"3\"}", "\"CA==\"")]
    [InlineData("\"type\":\"string\",\"name\":\"io.debezium.data.Json\"", "\"{\"")]
    [InlineData("\"type\":\"string\",\"name\":\"io.debezium.time.ZonedTimestamp\"", "\"2020-02-30T00:00:00Z\"")]
    [InlineData("\"type\":\"string\",\"name\":\"io.debezium.time.ZonedTimestamp\"", "\"yesterday\"")]
    [InlineData("\"type\":\"int32\",\"name\":\"io.debezium.time.Date\"", "9999999999")]
    [InlineData("\"type\":\"array\",\"items\":{\"type\":\"int64\"}", "[\"x\"]")]
    [InlineData("\"type\":\"struct\",\"name\":\"io.debezium.data.VariableScaleDecimal\"", "{\"scale\":1}")]
    public void A_value_that_does_not_fit_its_type_is_refused_by_name_without_the_value(string field, string delivered)
    {
        var record = Given.WithSchema($"{{{field},\"field\":\"v\"}}", Given.Envelope("c", after: $"{{\"v\":{delivered}}}"));
        var rejection = Given.Rejection(Given.Record(record));
        rejection.Code.ShouldBe(RejectionCode.InvalidValue);
        rejection.Message.ShouldMatch("^Column v holds a JSON [A-Z][a-z]+ that is no value of its declared type [A-Z][A-Za-z0-9]+\\.$");
        rejection.ByteOffset.ShouldBe(record.LastIndexOf("{\"v\":", StringComparison.Ordinal) + "{\"v\":".Length);
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(50_000)]
    public void Depth_in_a_value_is_no_fault(int depth)
    {
        var arrays = new string('[', depth) + new string(']', depth);
        var objects = string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
        foreach (var json in new[] { arrays, objects })
        {
            var expected = depth == 1_000 ? json : $"{{\"$bytes\":\"{Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(json))}\"}}!encoded";
            Given.Untyped(json).ShouldBe(expected);
            var text = json.Replace("\"", "\\\"", StringComparison.Ordinal);
            Given.Typed("\"type\":\"string\",\"name\":\"io.debezium.data.Json\"", $"\"{text}\"").ShouldBe(expected);
        }
    }
}

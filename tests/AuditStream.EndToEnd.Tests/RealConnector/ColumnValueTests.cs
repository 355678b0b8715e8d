using System.Text.Json;

namespace AuditStream.EndToEnd.Tests.RealConnector;

/// <summary>What the comparison takes for the same value, and what not.</summary>
public sealed class ColumnValueTests
{
    [Theory]
    [InlineData("bigint", "9007199254740993", "\"9007199254740993\"")]
    [InlineData("numeric(20,5)", "1.50000", "\"1.50000\"")]
    [InlineData("money", "\"-$1,234.50\"", "\"-1234.50\"")]
    [InlineData("double precision", "1e+30", "1.0E30")]
    [InlineData("real", "\"NaN\"", "\"NaN\"")]
    [InlineData("bytea", "\"\\\\x00ff\"", "\"AP8=\"")]
    [InlineData("timestamp with time zone", "\"2024-05-06T07:08:09.1+00:00\"", "\"2024-05-06T07:08:09.100000Z\"")]
    [InlineData("timestamp(3) without time zone", "\"2024-05-06T07:08:00\"", "\"2024-05-06T07:08:00\"")]
    [InlineData("interval", "\"P1Y2M3DT4H5M6.789S\"", "\"P1Y2M3DT4H5M6.789S\"")]
    [InlineData("interval", "\"PT0S\"", "\"P0Y0M0DT0H0M0S\"")]
    [InlineData("jsonb", "{\"b\": 1.50, \"a\": [1, null]}", "{\"a\":[1,null],\"b\":1.50}")]
    [InlineData("json", "{\"a\": 1, \"a\": 2}", "{\"$bytes\":\"eyJhIjogMSwgImEiOiAyfQ==\"}")]
    [InlineData("bigint[]", "[1,null]", "[\"1\",null]")]
    [InlineData("bit(1)", "\"1\"", "true")]
    [InlineData("bit(8)", "\"10000001\"", "\"10000001\"")]
    public void Equal_values_have_equal_texts(string type, string truth, string inEvent) =>
        ColumnValue.FromEvent(type, Json(inEvent)).ShouldBe(ColumnValue.FromTruth(type, Json(truth)));

    [Theory]
    [InlineData("bigint", "1", "1")]
    [InlineData("numeric(20,5)", "1.50000", "\"1.5\"")]
    [InlineData("numeric(20,5)", "1.50000", "1.50000")]
    [InlineData("text", "\"a \"", "\"a\"")]
    [InlineData("text", "\"null\"", "null")]
    [InlineData("timestamp with time zone", "\"2024-05-06T07:08:09.1+00:00\"", "\"2024-05-06T07:08:09.1\"")]
    [InlineData("interval", "\"P1M\"", "\"PT1M\"")]
    [InlineData("jsonb", "{\"a\": 1.50}", "{\"a\":1.5}")]
    [InlineData("integer", "7", "\"7\"")]
    public void Different_values_have_different_texts(string type, string truth, string inEvent) =>
        ColumnValue.FromEvent(type, Json(inEvent)).ShouldNotBe(ColumnValue.FromTruth(type, Json(truth)));

    [Theory]
    [InlineData("\"12:34:56+02\"", "\"10:34:56Z\"")]
    [InlineData("\"00:30:00-03:30\"", "\"04:00:00Z\"")]
    [InlineData("\"23:59:59.25+00\"", "\"23:59:59.25Z\"")]
    [InlineData("\"01:00:00+02\"", "\"23:00:00Z\"")]
    public void A_time_with_zone_is_expected_in_UTC(string truth, string onTheWire) =>
        WireLimit.Apply("measures", "clock_zone", ColumnValue.FromTruth("time with time zone", Json(truth))).ShouldBe(onTheWire);

    private static JsonElement Json(string text) => JsonSerializer.Deserialize<JsonElement>(text);
}

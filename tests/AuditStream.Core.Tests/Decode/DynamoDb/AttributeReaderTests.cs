using AuditStream.Core.Flow;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.DynamoDb;

public sealed class AttributeReaderTests
{
    [Theory]
    [InlineData("{\"S\":\"text\"}", "\"text\"")]
    [InlineData("{\"S\":\"\"}", "\"\"")]
    [InlineData("{\"S\":\"a\\u0062\\/\\n\"}", "\"ab/\\n\"")]
    [InlineData("{\"N\":\"123.450\"}", "123.450")]
    [InlineData("{\"N\":\"-99999999999999999999999999999999999999\"}", "-99999999999999999999999999999999999999")]
    [InlineData("{\"N\":\"1E-130\"}", "1E-130")]
    [InlineData("{\"N\":1}", "1")]
    [InlineData("{\"B\":\"yv4=\"}", "\"yv4=\"")]
    [InlineData("{\"B\":\"\"}", "\"\"")]
    [InlineData("{\"B\":\"\\/\\/8=\"}", "\"//8=\"")]
    [InlineData("{\"BOOL\":false}", "false")]
    [InlineData("{\"NULL\":true}", "null")]
    [InlineData("{\"S\":null}", "null")]
    [InlineData("{\"M\":{}}", "{}")]
    [InlineData("{\"M\":{\"b\":{\"S\":\"x\"},\"a\":{\"M\":{\"n\":{\"N\":\"1.0\"}}}}}", "{\"a\":{\"n\":1.0},\"b\":\"x\"}")]
    [InlineData("{ \"L\" : [ {\"N\":\"2\"} , {\"NULL\":true}, {\"B\":\"yv4=\"}, {\"BOOL\":true}, {\"L\":[]} ] }", "[2,null,\"yv4=\",true,[]]")]
    [InlineData("{\"SS\":[\"b\",\"a\"]}", "[\"b\",\"a\"]")]
    [InlineData("{\"NS\":[\"2.5\",1]}", "[2.5,1]")]
    [InlineData("{\"BS\":[\"yv4=\",\"AA==\"]}", "[\"yv4=\",\"AA==\"]")]
    public void Each_type_becomes_canonical_JSON(string attribute, string expected) => Read(attribute).ShouldBe(expected);

    [Theory]
    [InlineData("{\"S\":\"a\\u0000b\"}", "{\"$bytes\":\"YQBi\"}!encoded")]
    [InlineData("{\"M\":{\"a\":{\"N\":\"1\"},\"a\":{\"N\":\"2\"}}}", "{\"$bytes\":\"eyJhIjoxLCJhIjoyfQ==\"}!encoded")]
    [InlineData("{\"SS\":[\"\\ud800\"]}", "{\"$bytes\":\"WyJcdWQ4MDAiXQ==\"}!encoded")]
    public void What_JSON_of_PostgreSQL_cannot_hold_is_encoded(string attribute, string expected) => Read(attribute).ShouldBe(expected);

    [Fact]
    public void What_is_nested_past_all_reason_is_encoded()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"L\":[", 2_000)) + string.Concat(Enumerable.Repeat("]}", 2_000));
        Read(deep).ShouldEndWith("!encoded");
    }

    [Theory]
    [InlineData("\"bare\"")]
    [InlineData("{}")]
    [InlineData("{\"S\":\"a\",\"N\":\"1\"}")]
    [InlineData("{\"X\":\"a\"}")]
    [InlineData("{\"S\":5}")]
    [InlineData("{\"N\":\"five\"}")]
    [InlineData("{\"N\":\"\"}")]
    [InlineData("{\"N\":\"NaN\"}")]
    [InlineData("{\"N\":\" 1\"}")]
    [InlineData("{\"B\":\"no base64!\"}")]
    [InlineData("{\"BOOL\":\"true\"}")]
    [InlineData("{\"NULL\":false}")]
    [InlineData("{\"M\":[]}")]
    [InlineData("{\"M\":{\"a\":1}}")]
    [InlineData("{\"L\":{}}")]
    [InlineData("{\"L\":[{\"Z\":1}]}")]
    [InlineData("{\"SS\":[1]}")]
    [InlineData("{\"NS\":[\"x\"]}")]
    [InlineData("{\"BS\":[null]}")]
    public void What_is_no_attribute_is_refused_where_it_stands(string attribute)
    {
        var record = Item.Streamed("INSERT", after: Item.With("v", attribute));
        var rejection = Rejection(Broken.Record(record));
        rejection.Code.ShouldBe(RejectionCode.InvalidValue);
        rejection.ByteOffset.ShouldBe(record.IndexOf("\"v\":", StringComparison.Ordinal) + "\"v\":".Length);
    }

    private static string Read(string attribute)
    {
        var change = Change(Broken.Record(Item.Streamed("INSERT", after: Item.With("v", attribute))));
        var shown = Show(change, change.After);
        shown.ShouldStartWith("full Id=101 v=");
        return shown["full Id=101 v=".Length..];
    }
}

using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Connect;

namespace AuditStream.Core.Tests.Decode.Connect;

public sealed class ConnectSchemaParserTests
{
    [Fact]
    public void Fields_have_their_types_defaults_and_parameters()
    {
        var schema = Parse(
            "{\"type\":\"struct\",\"fields\":[{\"type\":\"bytes\",\"optional\":true,\"name\":\"org.apache.kafka.connect.data.Decimal\",\"version\":1,"
            + "\"parameters\":{\"scale\":\"2\",\"connect.decimal.precision\":\"14\"},\"default\":\"AA==\",\"field\":\"sum\"},"
            + "{\"type\":\"array\",\"items\":{\"type\":\"int16\",\"optional\":false},\"optional\":false,\"field\":\"list\"}],\"optional\":true}")
            .ShouldNotBeNull();
        schema.IsOptional.ShouldBeTrue();
        var sum = schema.Field("sum"u8).ShouldNotBeNull();
        (sum.Type, sum.Coding, sum.Scale, sum.IsOptional).ShouldBe((ColumnType.Decimal, ValueCoding.Decimal, 2, true));
        Encoding.UTF8.GetString(sum.Default.ShouldNotBeNull()).ShouldBe("\"AA==\"");
        var list = schema.Field("list"u8, hint: 1).ShouldNotBeNull();
        (list.Type, list.Default, list.Items?.Type, list.Items?.Maximum).ShouldBe((ColumnType.Array, null, ColumnType.Int32, short.MaxValue));
        schema.Field("other"u8).ShouldBeNull();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"type\":\"strict\"}")]
    [InlineData("{\"type\":1}")]
    [InlineData("{\"type\":\"array\"}")]
    [InlineData("{\"type\":\"struct\",\"fields\":{}}")]
    [InlineData("{\"type\":\"struct\",\"fields\":[{\"type\":\"int32\"}]}")]
    [InlineData("{\"type\":\"bytes\",\"parameters\":{\"scale\":\"2000000000\"}}")]
    public void What_is_no_schema_is_none(string text) => Parse(text).ShouldBeNull();

    [Theory]
    [InlineData(ConnectSchemaParser.MaxSchemaDepth, true)]
    [InlineData(ConnectSchemaParser.MaxSchemaDepth + 1, false)]
    public void A_schema_has_a_largest_depth(int depth, bool expected)
    {
        var text = string.Concat(Enumerable.Repeat("{\"type\":\"array\",\"items\":", depth)) + "{\"type\":\"int32\"}" + new string('}', depth);
        (Parse(text) is not null).ShouldBe(expected);
    }

    [Fact]
    public void A_cache_gives_one_schema_for_one_text_and_stays_bounded()
    {
        var cache = new ConnectSchemaCache();
        var first = cache.Find("{\"type\":\"int32\"}"u8).ShouldNotBeNull();
        cache.Find("{\"type\":\"int32\"}"u8).ShouldBeSameAs(first);
        for (var number = 0; number < 2 * ConnectSchemaCache.MaxSchemas; number++)
            cache.Find(Encoding.UTF8.GetBytes($"{{\"type\":\"int32\",\"version\":{number}}}")).ShouldNotBeNull();
        cache.Find("{\"type\":\"int32\"}"u8).ShouldNotBeNull().ShouldNotBeSameAs(first);
    }

    private static ConnectSchema? Parse(string text) => new ConnectSchemaParser().Parse(Encoding.UTF8.GetBytes(text));
}

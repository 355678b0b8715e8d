using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Decode.Debezium;
using AuditStream.Core.Json;

namespace AuditStream.Core.Tests.Decode.Debezium;

public sealed class FillersTests
{
    [Theory]
    [InlineData("null", true)]
    [InlineData("false", true)]
    [InlineData("true", false)]
    [InlineData("0", true)]
    [InlineData("0.00", true)]
    [InlineData("0e9", true)]
    [InlineData("0.01", false)]
    [InlineData("-7", false)]
    [InlineData("\"\"", true)]
    [InlineData("\" \"", false)]
    [InlineData("\"AA==\"", true)]
    [InlineData("\"AQ==\"", false)]
    [InlineData("\"1970-01-01T00:00:00Z\"", true)]
    [InlineData("\"1970-01-01T00:00:00.000000Z\"", true)]
    [InlineData("\"1970-01-01T00:00:01Z\"", false)]
    [InlineData("\"00:00:00Z\"", true)]
    [InlineData("\"00000000-0000-0000-0000-000000000000\"", true)]
    [InlineData("\"11111111-2222-3333-4444-555555555555\"", false)]
    [InlineData("\"P0Y0M0DT0H0M0S\"", true)]
    [InlineData("[]", true)]
    [InlineData("[0]", false)]
    [InlineData("{\"scale\":0,\"value\":\"AA==\"}", true)]
    [InlineData("{\"scale\":2,\"value\":\"BNI=\"}", false)]
    [InlineData("\"0\"", true)]
    [InlineData("\"0.00\"", true)]
    [InlineData("\"0.0000000\"", true)]
    [InlineData("\"0.01\"", false)]
    [InlineData("\"open\"", true)]
    public void Null_zero_and_the_default_may_be_fillers(string value, bool expected)
    {
        var text = Encoding.UTF8.GetBytes(value);
        var tree = new JsonTree();
        tree.ReadWhole(text, out _);
        var schema = new ConnectSchema { Type = ColumnType.String, Coding = ValueCoding.Text, Default = "\"open\""u8.ToArray() };
        Fillers.MayBe(text, tree.Nodes[0].Slice, schema).ShouldBe(expected);
        Fillers.MayBe(text, tree.Nodes[0].Slice, schema: null).ShouldBe(expected && value != "\"open\"");
    }

    [Theory]
    [InlineData(ColumnType.Geometry, "{\"x\":0.0,\"y\":0.0,\"wkb\":\"AQEAAAAAAAAAAAAAAAAAAAAAAAAA\",\"srid\":null}")]
    [InlineData(ColumnType.Geometry, "{\"wkb\":\"AQcAAAAAAAAA\",\"srid\":null}")]
    [InlineData(ColumnType.Struct, "{\"dimensions\":0,\"vector\":{}}")]
    public void A_struct_proves_nothing(ColumnType type, string value)
    {
        var text = Encoding.UTF8.GetBytes(value);
        var tree = new JsonTree();
        tree.ReadWhole(text, out _);
        Fillers.MayBe(text, tree.Nodes[0].Slice, new ConnectSchema { Type = type, Coding = ValueCoding.Struct }).ShouldBeTrue();
    }
}

using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Decode.Maxwell;

public sealed class KeyColumnsTests
{
    private const string Row = "{\"id\":1,\"part\":\"x\",\"v\":2}";

    [Theory]
    [InlineData(",\"primary_key_columns\":[\"part\",\"id\"]", null, "full id=\"1\" part=\"x\"")]
    [InlineData(",\"primary_key_columns\":[\"id\"]", "{\"pk.part\":\"x\"}", "full id=\"1\"")]
    [InlineData("", "{\"database\":\"d\",\"table\":\"t\",\"pk.id\":1,\"pk.part\":\"x\"}", "full id=\"1\" part=\"x\"")]
    [InlineData("", "[\"d\",\"t\",[{\"id\":1},{\"part\":\"x\"}]]", "full id=\"1\" part=\"x\"")]
    [InlineData("", "{\"database\":\"d\",\"table\":\"t\",\"_uuid\":\"5\"}", "none")]
    [InlineData("", "[\"d\",\"t\",[]]", "none")]
    [InlineData("", "[\"d\",[]]", "none")]
    [InlineData("", "d.t", "none")]
    [InlineData("", "", "none")]
    [InlineData(",\"primary_key_columns\":[]", null, "none")]
    [InlineData(",\"primary_key_columns\":[\"gone\"]", null, "none")]
    [InlineData(",\"primary_key_columns\":[\"\\u0000\"]", null, "none")]
    [InlineData(",\"primary_key_columns\":[\"\\u0069d\"]", null, "full id=\"1\"")]
    public void The_record_names_the_key_or_its_own_key_does(string columns, string? key, string expected)
    {
        var change = MaxwellRecord.Change(MaxwellRecord.Row("insert", Row, key: columns), key);
        Given.Show(change, change.Key).ShouldBe(expected);
    }

    [Fact]
    public void Configuration_names_the_key_where_nothing_else_does()
    {
        var settings = new Core.Decode.DecodeSettings
        {
            Sources = [new() { Tables = new Dictionary<string, Core.Decode.TableSettings> { ["d.t"] = new() { Key = ["v"] } } }],
        };
        var change = Given.Change(Given.Record(MaxwellRecord.Row("insert", Row, key: "")), settings);
        Given.Show(change, change.Key).ShouldBe("full v=\"2\"");
        change = Given.Change(Given.Record(MaxwellRecord.Row("insert", Row)), settings);
        Given.Show(change, change.Key).ShouldBe("full id=\"1\"");
    }
}

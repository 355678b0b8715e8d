using System.Text;
using AuditStream.App.Explain;

namespace AuditStream.App.Tests.Explain;

public sealed class ExplainInputTests
{
    [Fact]
    public void A_captured_record_is_taken_as_it_was()
    {
        var input = Read("""{"topic":"a.b","partition":2,"offset":41,"timestamp":5,"key_b64":"aw==","value_b64":"dg==","headers":[["h","MQ=="],["n",null]]}""");
        input.Form.ShouldBe(InputForm.Captured);
        var record = input.Record;
        (record.Topic, record.Partition, record.Offset, record.TimestampMilliseconds).ShouldBe(("a.b", 2, 41L, 5L));
        (Text(record.Key), Text(record.Value)).ShouldBe(("k", "v"));
        record.Headers.Select(header => (header.Name, Text(header.Value))).ShouldBe([("h", "1"), ("n", null)]);
    }

    [Fact]
    public void A_null_value_is_a_tombstone_and_a_null_key_no_key()
    {
        var record = Read("""{"topic":"a","key_b64":null,"value_b64":null}""").Record;
        record.Value.HasValue.ShouldBeFalse();
        record.Key.HasValue.ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"topic":"a","value_b64":"%"}""")]
    [InlineData("""{"value_b64":"dg=="}""")]
    [InlineData("""{"topic":"a","value_b64":"dg==","headers":[["h"]]}""")]
    public void A_captured_record_that_cannot_be_read_is_a_value_and_said_to_be_broken(string text)
    {
        var input = Read(text);
        input.Form.ShouldBe(InputForm.BrokenCaptured);
        Text(input.Record.Value).ShouldBe(text);
        (input.Record.Topic, input.Record.Offset).ShouldBe(("other", 6L));
    }

    [Fact]
    public void A_record_written_by_hand_keeps_its_json_byte_by_byte()
    {
        var input = Read("""
            { "topic": null, "key": "408", "value": { "data": {"price": 1.50} , "big": 1e131071 },
              "headers": [{"key": "h", "value": "x"}, {"key": "j", "value": {"a":1}}], "offset": 3, "notes": ["…"] }
            """);
        input.Form.ShouldBe(InputForm.Written);
        var record = input.Record;
        (record.Topic, record.Offset, Text(record.Key)).ShouldBe(("other", 3L, "408"));
        Text(record.Value).ShouldBe("""{ "data": {"price": 1.50} , "big": 1e131071 }""");
        record.Headers.Select(header => (header.Name, Text(header.Value))).ShouldBe([("h", "x"), ("j", "{\"a\":1}")]);
    }

    [Fact]
    public void A_line_of_kcat_is_the_record_that_it_shows()
    {
        var record = Read("""
            {"topic":"a","partition":1,"offset":3,"tstype":"create","ts":5,"broker":0,"headers":["h","x","n",null],"key":"{\"id\":1}","payload":"{\"b\":2}"}
            """).Record;
        (record.Topic, record.Partition, record.Offset, record.TimestampMilliseconds).ShouldBe(("a", 1, 3L, 5L));
        (Text(record.Key), Text(record.Value)).ShouldBe(("""{"id":1}""", """{"b":2}"""));
        record.Headers.Select(header => (header.Name, Text(header.Value))).ShouldBe([("h", "x"), ("n", null)]);
    }

    [Theory]
    [InlineData("{\"id\": 1}\t{\"b\":2}", "{\"id\": 1}")]
    [InlineData("7\t{\"b\":2}", "7")]
    [InlineData("\"k\"\t{\"b\":2}", "\"k\"")]
    [InlineData("null\t{\"b\":2}", null)]
    public void A_key_before_a_tab_is_the_records_key(string text, string? key)
    {
        var input = Read(text);
        input.Form.ShouldBe(InputForm.Value);
        (Text(input.Record.Key), Text(input.Record.Value)).ShouldBe((key, "{\"b\":2}"));
    }

    [Fact]
    public void A_key_and_no_value_are_a_tombstone()
    {
        var record = Read("{\"id\":1}\tnull").Record;
        Text(record.Key).ShouldBe("{\"id\":1}");
        record.Value.HasValue.ShouldBeFalse();
    }

    [Theory]
    [InlineData("{\t\"a\":1}")]
    [InlineData("{\"a\":\t{}}")]
    [InlineData("k\t{\"b\":2}")]
    [InlineData("{\"id\":1\t{\"b\":2}")]
    [InlineData("1\t2")]
    [InlineData("\t{}")]
    public void A_tab_elsewhere_is_part_of_the_value(string text)
    {
        var record = Read(text).Record;
        record.Key.HasValue.ShouldBeFalse();
        Text(record.Value).ShouldBe(text);
    }

    [Theory]
    [InlineData("""{"topic":"a","key":null,"value":1,"payload":1}""")]
    [InlineData("""{"topic":"a","key":null,"payload":1,"headers":["h"]}""")]
    [InlineData("""{"topic":"a","key":null}""")]
    [InlineData("""{"topic":"a","key":null,"value":1,"more":2}""")]
    [InlineData("""{"topic":1,"key":null,"value":1}""")]
    [InlineData("""{"topic":"a","key":null,"value":1,"value":2}""")]
    [InlineData("""{"topic":"a","key":null,"value":1,"headers":{"h":"x"}}""")]
    [InlineData("""[{"topic":"a","key":null,"value":1}]""")]
    [InlineData("""{"topic":"a","key":null,"value":""")]
    [InlineData("12")]
    public void Anything_else_is_a_value(string text)
    {
        var input = Read(text);
        input.Form.ShouldBe(InputForm.Value);
        Text(input.Record.Value).ShouldBe(text);
    }

    private static InputRecord Read(string text) => ExplainInput.Read(new InputText(1, 1, Encoding.UTF8.GetBytes(text)), number: 7, topic: "other");

    private static string? Text(ReadOnlyMemory<byte>? bytes) => bytes is { } some ? Encoding.UTF8.GetString(some.Span) : null;
}

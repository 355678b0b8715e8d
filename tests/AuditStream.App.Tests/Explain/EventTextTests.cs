using System.Text;
using AuditStream.App.Explain;

namespace AuditStream.App.Tests.Explain;

public sealed class EventTextTests
{
    [Fact]
    public void A_side_that_is_absent_is_unknown_and_null_is_said()
    {
        var body = """{"after":{"changes":[1]},"changes":[{"field":"a","new":null},{"field":"b","new":{"x":[1,2]},"old":"1.50","type":"json"}]}""";
        EventText.Changes(Encoding.UTF8.GetBytes(body)).ShouldBe([new FieldText("a", null, "NULL"), new FieldText("b", "1.50", """{"x":[1,2]}""")]);
    }

    [Theory]
    [InlineData("""{"changes":null}""")]
    [InlineData("""{"spec":"auditstream/1"}""")]
    public void No_changes_are_no_fields(string body) => EventText.Changes(Encoding.UTF8.GetBytes(body)).ShouldBeEmpty();

    [Fact]
    public void A_long_value_is_cut() =>
        EventText.Changes(Encoding.UTF8.GetBytes($$"""{"changes":[{"field":"a","new":"{{new string('x', 100)}}"}]}"""))[0].New
            .ShouldBe(new string('x', 59) + "…");

    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("NULL", "\"NULL\"")]
    [InlineData("?", "\"?\"")]
    [InlineData(" a", "\" a\"")]
    [InlineData("a b", "a b")]
    public void A_text_that_could_be_taken_for_none_stands_in_quotes(string value, string expected) =>
        EventText.Changes(Encoding.UTF8.GetBytes($$"""{"changes":[{"field":"a","new":"{{value}}"}]}"""))[0].New.ShouldBe(expected);

    [Theory]
    [InlineData("a\u0000b\n\t\r", @"a\u0000b\n\t\r")]
    [InlineData("\u202eabc", @"\u202eabc")]
    [InlineData("\U0001F600 é", "\U0001F600 é")]
    public void What_would_tear_a_line_or_turn_its_direction_is_written_out(string text, string expected) => EventText.Clean(text).ShouldBe(expected);

    [Fact]
    public void A_surrogate_pair_is_not_cut_in_two() =>
        EventText.Changes(Encoding.UTF8.GetBytes($$"""{"changes":[{"field":"a","new":"{{new string('x', 58)}}😀yy"}]}"""))[0].New
            .ShouldBe(new string('x', 58) + "…");

    [Theory]
    [InlineData("""{"id":"42"}""", "id=42")]
    [InlineData("""{"a":"1","b":"x y"}""", "a=1, b=x y")]
    [InlineData(null, "(no key)")]
    public void A_key_reads_as_a_person_writes_it(string? json, string expected) => EventText.Key(json).ShouldBe(expected);
}

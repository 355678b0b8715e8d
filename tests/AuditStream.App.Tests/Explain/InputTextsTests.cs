using System.Text;
using AuditStream.App.Explain;

namespace AuditStream.App.Tests.Explain;

public sealed class InputTextsTests
{
    [Fact]
    public void Each_line_is_a_text_and_blank_lines_are_none() =>
        Texts("{\"a\":1}\n\n \t\r\n7\nnonsense\n").ShouldBe([(1, 1, "{\"a\":1}"), (4, 1, "7"), (5, 1, "nonsense")]);

    [Fact]
    public void Json_that_is_spread_over_lines_is_one_text() =>
        Texts("{\n\t\"a\": [1,\n\n2]\n}\n{\"b\":1}\n[\n]").ShouldBe([(1, 5, "{\n\t\"a\": [1,\n\n2]\n}"), (6, 1, "{\"b\":1}"), (7, 2, "[\n]")]);

    [Theory]
    [InlineData("{\"before\":\n{\"a\":1}\n{\"b\":2}", new[] { "{\"before\":", "{\"a\":1}", "{\"b\":2}" })] // torn, and then another record
    [InlineData("{\"before\":\nnonsense", new[] { "{\"before\":", "nonsense" })]
    [InlineData("{\"a\":\"x\ny\"}", new[] { "{\"a\":\"x", "y\"}" })] // no line end stands inside of a string
    [InlineData("[1,2\n3]\n4", new[] { "[1,2", "3]", "4" })]
    [InlineData("{\"a\":1\n", new[] { "{\"a\":1" })]
    [InlineData("{\"a\":1} x\n2", new[] { "{\"a\":1} x", "2" })]
    public void A_line_that_never_becomes_whole_stands_for_itself(string input, string[] expected) =>
        Texts(input).Select(text => text.Text).ShouldBe(expected);

    [Fact]
    public void Lines_that_were_looked_at_are_not_lost()
    {
        var input = "{\"a\":{\n{\"b\":{\n{\"c\":1}\n\"d\"";
        Texts(input).Select(text => (text.Line, text.Text)).ShouldBe([(1, "{\"a\":{"), (2, "{\"b\":{"), (3, "{\"c\":1}"), (4, "\"d\"")]);
    }

    private static (int Line, int Lines, string Text)[] Texts(string input)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(input));
        return [.. new InputTexts(new ByteLines(stream)).Read().Select(text => (text.Line, text.Lines, Encoding.UTF8.GetString(text.Bytes)))];
    }
}

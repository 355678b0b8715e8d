using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Dms.Csv;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Decode.Dms.Csv;

public sealed class CsvLineTests
{
    [Theory]
    [InlineData("a,b", "a|b")]
    [InlineData("a,b\n", "a|b")]
    [InlineData("a,,b,\n", "a||b|")]
    [InlineData("\n", "")]
    [InlineData("\"a,b\",\"c\nd\",\"e\"\"f\"\"\"\n", "a,b|c\nd|e\"\"f\"\"")]
    [InlineData("\"\",x", "|x")]
    [InlineData("\"\"\"\"", "\"\"")]
    [InlineData(" \"a\r", null)]
    [InlineData(" a\t,ä'\r\n", " a\t|ä'\r")]
    public void Fields_are_what_stands_between_delimiters(string line, string? fields)
    {
        var rejection = Read(line, new CsvSettings(), out var found);
        if (fields is null)
            rejection.ShouldNotBeNull();
        else
            string.Join('|', found[0]).ShouldBe(fields);
    }

    [Fact]
    public void Lines_follow_each_other_to_the_end()
    {
        Read("a,b\n\"c\n\",d\n\ne", new CsvSettings(), out var lines).ShouldBeNull();
        lines.Select(line => string.Join('|', line)).ShouldBe(["a|b", "c\n|d", "", "e"]);
    }

    [Theory]
    [InlineData(";", "\\r\\n", "a;b\nc;\"d;\r\n\"\r\ne", "a|b\nc|d;\r\n / e")]
    [InlineData("\\t", "\n", "a\tb,c\nd", "a|b,c / d")]
    [InlineData("||", "|~|", "a|b||c|~|d", "a|b|c / d")]
    [InlineData("|", "|\n", "a|b|\nc", "a|b / c")]
    [InlineData("\n\n", "\n", "a\n\nb\nc", "a|b / c")]
    public void Delimiters_are_configured(string delimiter, string rowDelimiter, string text, string expected)
    {
        Read(text, new CsvSettings { Delimiter = delimiter, RowDelimiter = rowDelimiter }, out var lines).ShouldBeNull();
        string.Join(" / ", lines.Select(line => string.Join('|', line))).ShouldBe(expected);
    }

    [Fact]
    public void Without_quoting_a_quote_is_a_character()
    {
        Read("\"a,b\"\"\nc\"", new CsvSettings { Rfc4180 = false }, out var lines).ShouldBeNull();
        string.Join(" / ", lines.Select(line => string.Join('|', line))).ShouldBe("\"a|b\"\" / c\"");
    }

    [Theory]
    [InlineData("a,\"b", RejectionCode.TruncatedCsv, "\"b")]
    [InlineData("a,\"b\"\"", RejectionCode.TruncatedCsv, "\"b\"\"")]
    [InlineData("a\nb,c\"d", RejectionCode.MalformedCsv, "\"d")]
    [InlineData("a,\"b\" ,c", RejectionCode.MalformedCsv, " ,c")]
    public void Quotes_where_none_can_be_are_refused(string text, RejectionCode code, string at)
    {
        var rejection = Read(text, new CsvSettings(), out _).ShouldNotBeNull();
        rejection.Code.ShouldBe(code);
        text[(int)rejection.ByteOffset..].ShouldBe(at);
    }

    [Fact]
    public void Fields_have_a_limit()
    {
        var most = new string(',', CsvLine.MaxFields - 1);
        Read(most, new CsvSettings(), out var lines).ShouldBeNull();
        lines[0].Length.ShouldBe(CsvLine.MaxFields);
        Read(most + ",", new CsvSettings(), out _).ShouldNotBeNull().Code.ShouldBe(RejectionCode.TooLarge);
    }

    private static Rejection? Read(string text, CsvSettings settings, out List<string[]> lines)
    {
        var form = new CsvForm(new SourceSettings { DmsCsv = settings });
        var bytes = Encoding.UTF8.GetBytes(text);
        var line = new CsvLine();
        lines = [];
        for (var position = 0; position < bytes.Length;)
        {
            if (line.Read(bytes, form, ref position) is { } rejection)
                return rejection;
            var fields = new string[line.Count];
            for (var field = 0; field < fields.Length; field++)
                fields[field] = Encoding.UTF8.GetString(line[field].Of(bytes));
            lines.Add(fields);
        }

        return null;
    }
}

using System.Globalization;

namespace AuditStream.EndToEnd.Tests.RealConnector;

/// <summary>Values of every column type as SQL literals: ordinary ones, the edges, and now and then NULL. The same seed gives the same values.</summary>
internal sealed class RandomValues(Random random)
{
    private const int NullOneIn = 9;

    private static readonly Dictionary<string, string[]> Choices = new()
    {
        ["small"] = ["0", "-32768", "32767", "12"],
        ["normal"] = ["0", "-2147483648", "2147483647", "7", "41"],
        ["big"] = ["0", "9223372036854775807", "-9223372036854775808", "9007199254740993"],
        ["single"] = ["0", "1.5", "-3.4028235e38", "1e-45", "0.1", "'NaN'", "'Infinity'", "'-Infinity'"],
        ["twofold"] = ["0", "0.1", "1.7976931348623157e308", "4.9e-324", "123456789.125", "'NaN'", "'Infinity'", "'-Infinity'"],
        ["exact"] = ["0", "1.5", "-123456789012345.00001", "0.00001", "'NaN'"],
        ["loose"] = ["0", "3.14", "3.1400", "100", "1e30", "-0.000000000000000000000000000001", "123456789012345678901234567890.123456789", "'NaN'"],
        ["cash"] = ["'0'", "'12.50'", "'-1234567.89'"],
        ["fixed"] = ["''", "'abc'", "'äöü'"],
        ["bounded"] = ["''", "'trailing  '", "'naïve \"quoted\"'", "E'line\\nbreak\\ttab'"],
        ["free"] = ["'none'", "'plain'", "'日本語 🎉'", "'__debezium_unavailable'", "E'back\\\\slash \\u0001 control'"],
        ["folded"] = ["'MiXeD'", "'mixed'"],
        ["flag"] = ["true", "false"],
        ["day"] = ["'2024-02-29'", "'1970-01-01'", "'1969-12-31'", "'9999-12-31'", "'0001-01-01'"],
        ["clock"] = ["'00:00'", "'23:59:59.999999'", "'12:34:56.5'"],
        ["clock_ms"] = ["'00:00'", "'12:34:56.789'"],
        ["clock_zone"] = ["'12:34:56+02'", "'00:30:00-03:30'", "'23:59:59.25+00'"],
        ["stamp_ms"] = ["'2024-05-06 07:08:09.123'", "'1969-12-31 23:59:59.999'", "'1970-01-01'"],
        ["stamp"] = ["'2024-05-06 07:08:09.123456'", "'1900-01-01 00:00:00.000001'", "'9999-12-31 23:59:59.999999'"],
        ["instant"] = ["'2024-05-06 07:08:09.123456+02'", "'1969-12-31 23:59:59.9+00'", "'2038-01-19 03:14:08+00'"],
        ["span"] = ["'0'", "'1 year 2 months 3 days 04:05:06.789'", "'-1 day -00:00:01'", "'36 hours'"],
        ["doc"] = ["'{}'", "'{\"b\" : 1,  \"a\": [1.50, null, \"ü\"]}'", "'{\"a\": 1, \"a\": 2}'", "'{\"zero\": \"\\u0000\"}'", "'\"text\"'", "'12345678901234567890.0'"],
        ["docb"] = ["'{}'", "'{\"b\": 1, \"a\": {\"deep\": [true, false, null]}}'", "'[1, 2.50, \"x\"]'"], // row_to_json cannot tell JSON's null from NULL
        ["raw"] = ["'\\x'", "'\\x00ff10'", "'\\xdeadbeef'"],
        ["ints"] = ["'{}'", "'{1,-2,2147483647}'", "'{1,null,3}'"],
        ["bigs"] = ["'{}'", "'{9223372036854775807,-1}'"],
        ["texts"] = ["'{}'", "'{a,\"b c\",\"d,e\",\"\\\"\"}'", "'{null,x}'"],
        ["exacts"] = ["'{}'", "'{1.50,-2.25}'"],
        ["mood"] = ["'sad'", "'ok'", "'happy'"],
        ["address"] = ["'10.0.0.1'", "'192.168.0.1/24'", "'2001:db8::1'"],
        ["network"] = ["'10.0.0.0/8'", "'2001:db8::/32'"],
        ["hardware"] = ["'08:00:2b:01:02:03'"],
        ["pairs"] = ["''", "'a=>1, \"b c\"=>NULL'", "'ü=>\"x\\\"y\"'"],
        ["bit_one"] = ["B'0'", "B'1'"],
        ["bit_eight"] = ["B'00000000'", "B'10000001'", "B'01110010'"],
    };

    /// <summary>The columns that there are values for.</summary>
    internal static IReadOnlyList<string> Columns { get; } = [.. Choices.Keys];

    internal string Of(string column) =>
        column != "normal" && random.Next(NullOneIn) == 0 ? "null" : Choices[column][random.Next(Choices[column].Length)];

    internal string Uuid()
    {
        var bytes = new byte[16];
        random.NextBytes(bytes);
        return $"'{new Guid(bytes)}'";
    }

    internal int Number(int below) => random.Next(below);

    internal bool OneIn(int chances) => random.Next(chances) == 0;

    internal string Fraction() => random.NextDouble().ToString("F6", CultureInfo.InvariantCulture);

    internal T OneOf<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];
}

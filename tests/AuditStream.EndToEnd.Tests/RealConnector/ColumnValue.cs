using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AuditStream.EndToEnd.Tests.RealConnector;

/// <summary>Brings a column's value into one text, from PostgreSQL's <c>row_to_json</c> and from an event, so that equal values have equal texts.</summary>
/// <remarks>The text is that of the event's canonical form: 64-bit integers, decimals and money are strings with every digit, binary is base64,
/// instants are in UTC with <c>Z</c>. Only where one value has several writings (floats, fractions of a second, intervals, JSON) both sides are
/// brought into a common one.</remarks>
internal static partial class ColumnValue
{
    private static readonly string[] Texts = ["text", "character", "character varying", "public.citext", "uuid", "inet", "cidr", "macaddr", "app.mood"];

    /// <summary>What the event must say of a value that the source has.</summary>
    internal static string FromTruth(string type, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return "null";
        if (type.EndsWith("[]", StringComparison.Ordinal))
            return "[" + string.Join(',', value.EnumerateArray().Select(item => FromTruth(type[..^2], item))) + "]";
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : value.GetRawText();
        var name = NameOf(type);
        return name switch
        {
            _ when Texts.Contains(name) => Quoted(text),
            "integer" or "smallint" or "boolean" => text,
            "bigint" => Quoted(text),
            "real" or "double precision" => Float(name, text),
            "numeric" => Quoted(text),
            "money" => Quoted(text.Replace("$", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal)),
            "date" => Quoted(text),
            "time without time zone" or "timestamp without time zone" => Quoted(Fraction(text)),
            "timestamp with time zone" => Quoted(Fraction(text.Replace("+00:00", "Z", StringComparison.Ordinal))),
            "time with time zone" => Quoted(Fraction(text)),
            "interval" => Quoted(Interval(text)),
            "bytea" => Quoted(Convert.ToBase64String(Convert.FromHexString(text[2..]))),
            "bit" => type == "bit(1)" ? (text == "1" ? "true" : "false") : Quoted(text),
            "json" or "jsonb" or "public.hstore" => JsonForm.IsUnfit(value) ? Bytes(value.GetRawText()) : JsonForm.Of(value),
            _ => throw new InvalidOperationException($"The type {type} is not known here."),
        };
    }

    /// <summary>What the event says.</summary>
    internal static string FromEvent(string type, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return "null";
        if (type.EndsWith("[]", StringComparison.Ordinal) && value.ValueKind == JsonValueKind.Array)
            return "[" + string.Join(',', value.EnumerateArray().Select(item => FromEvent(type[..^2], item))) + "]";
        var isString = value.ValueKind == JsonValueKind.String;
        var text = isString ? value.GetString() ?? "" : value.GetRawText();
        var name = NameOf(type);
        return name switch
        {
            "real" or "double precision" => Float(name, text),
            "time without time zone" or "timestamp without time zone" or "timestamp with time zone" or "time with time zone" when isString =>
                Quoted(Fraction(text)),
            "interval" when isString => Quoted(Interval(text)),
            "money" when isString => Quoted(Cents(text)),
            "json" or "jsonb" or "public.hstore" => JsonForm.Of(value) is var form && form.StartsWith("{\"$bytes\"", StringComparison.Ordinal) ? text : form,
            _ => isString ? Quoted(text) : text,
        };
    }

    /// <summary>The same as a key's column: every number is a string.</summary>
    internal static string AsKey(string type, JsonElement value) =>
        FromTruth(type, value) is var text && text.StartsWith('"') ? text : Quoted(text);

    internal static string Quoted(string text) => "\"" + text + "\"";

    private static string NameOf(string type) => Modifier().Replace(type, "");

    private static string Bytes(string text) => $"{{\"$bytes\":\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}\"}}";

    private static string Float(string name, string text)
    {
        if (text is "NaN" or "Infinity" or "-Infinity")
            return Quoted(text);
        return name == "real"
            ? float.Parse(text, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture)
            : double.Parse(text, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);
    }

    // 10:00:00.250000 and 10:00:00.25 are one time.
    private static string Fraction(string text) => SecondsFraction().Replace(text, match => match.Value.TrimEnd('0').TrimEnd('.'));

    // A snapshot writes 14.0 for what the log calls 14.00.
    private static string Cents(string text) => text.IndexOf('.', StringComparison.Ordinal) == text.Length - 2 ? text + "0" : text;

    // Years, months, days and seconds; P1Y2M and P1Y2M0DT0S are one interval, P14M is not looked at as one.
    private static string Interval(string text)
    {
        var inTime = false;
        var parts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (Match match in IntervalPart().Matches(text))
        {
            if (match.Value == "T")
                inTime = true;
            else if (Trimmed(match.Groups[1].Value) is var amount && amount is not ("0" or "-0"))
                parts[(inTime ? "time " : "day ") + match.Groups[2].Value] = amount;
        }
        return string.Join(' ', parts.Select(part => part.Value + part.Key));
    }

    private static string Trimmed(string number) => number.Contains('.', StringComparison.Ordinal) ? number.TrimEnd('0').TrimEnd('.') : number;

    [GeneratedRegex(@"\([\d,]+\)")]
    private static partial Regex Modifier();

    [GeneratedRegex(@"(?<=:\d\d)\.\d+")]
    private static partial Regex SecondsFraction();

    [GeneratedRegex(@"T|(-?[\d.]+)([A-Z])")]
    private static partial Regex IntervalPart();
}

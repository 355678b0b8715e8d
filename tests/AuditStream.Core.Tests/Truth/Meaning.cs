using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using AuditStream.Core.Tests.Parity;

namespace AuditStream.Core.Tests.Truth;

/// <summary>What a value means, as a text that is the same for all its forms: times are microseconds, bytes and bits digits, JSON is sorted. It is read
/// here by what the connectors document of their encodings, and by nothing that the product reads with.</summary>
internal static partial class Meaning
{
    /// <summary>The meaning of NULL.</summary>
    public const string Null = "NULL";

    /// <summary>The meaning of a value that a trigger wrote.</summary>
    public static string OfTruth(SourceKind kind, int scale, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return Null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : value.GetRawText();
        return kind switch
        {
            SourceKind.Json or SourceKind.Array when value.ValueKind == JsonValueKind.String => Json(text),
            SourceKind.Json or SourceKind.Array => Json(value.GetRawText()),
            SourceKind.Date or SourceKind.Timestamp or SourceKind.Timestamp3 or SourceKind.TimestampTz => Microseconds(text),
            SourceKind.Time => ClockMicroseconds(text),
            SourceKind.Interval => IntervalMicroseconds(text),
            SourceKind.Bytes => text.StartsWith("\\x", StringComparison.Ordinal) ? text[2..] : text.ToLowerInvariant(),
            // MariaDB's trigger writes them as a hexadecimal number.
            SourceKind.Bits when text.Length < scale => BigInteger.Parse("0" + text, NumberStyles.HexNumber, CultureInfo.InvariantCulture)
                .ToString("B" + scale, CultureInfo.InvariantCulture)[^scale..],
            SourceKind.Double when value.ValueKind == JsonValueKind.Number => Shortest(text),
            _ => text,
        };
    }

    /// <summary>The meaning of a value of an event whose record had no schema.</summary>
    /// <param name="kind">What the column holds.</param>
    /// <param name="scale">Its scale.</param>
    /// <param name="value">The value.</param>
    /// <param name="isMilliseconds">Whether times were written in milliseconds.</param>
    public static string OfUntyped(SourceKind kind, int scale, JsonElement value, bool isMilliseconds)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return Null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : value.GetRawText();
        return kind switch
        {
            SourceKind.Decimal when value.ValueKind == JsonValueKind.String => Scaled(Convert.FromBase64String(text), scale),
            SourceKind.Numeric when value.ValueKind == JsonValueKind.Object =>
                Scaled(value.GetProperty("value").GetBytesFromBase64(), value.GetProperty("scale").GetInt32()),
            SourceKind.Date => (long.Parse(text, CultureInfo.InvariantCulture) * 86_400_000_000).ToString(CultureInfo.InvariantCulture),
            SourceKind.Timestamp3 => text + "000",
            SourceKind.Timestamp or SourceKind.Time => isMilliseconds ? text + "000" : text,
            SourceKind.TimestampTz => Microseconds(text),
            SourceKind.Bytes => Convert.ToHexStringLower(Convert.FromBase64String(text)),
            SourceKind.Bits => Bits(Convert.FromBase64String(text), scale),
            SourceKind.Json when value.ValueKind == JsonValueKind.String => Json(text),
            SourceKind.Json or SourceKind.Array => Json(value.GetRawText()),
            SourceKind.Double when value.ValueKind == JsonValueKind.Number => Shortest(text),
            _ => text,
        };
    }

    /// <summary>The meaning of a value of an event whose record had a schema.</summary>
    public static string OfTyped(SourceKind kind, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
            return Null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : value.GetRawText();
        return kind switch
        {
            SourceKind.Date or SourceKind.Timestamp or SourceKind.Timestamp3 or SourceKind.TimestampTz => Microseconds(text),
            SourceKind.Time => ClockMicroseconds(text),
            SourceKind.Interval => (XmlConvert.ToTimeSpan(text).Ticks / 10).ToString(CultureInfo.InvariantCulture),
            SourceKind.Bytes => Convert.ToHexStringLower(Convert.FromBase64String(text)),
            SourceKind.Json or SourceKind.Array => Json(value.GetRawText()),
            SourceKind.Double when value.ValueKind == JsonValueKind.Number => Shortest(text),
            _ => text,
        };
    }

    private static string Json(string text) => EventText.Of(JsonNode.Parse(text));

    private static string Shortest(string number) =>
        double.Parse(number, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Microseconds since 1970 of a moment, or of the start of a day; without an offset it is in UTC.</summary>
    private static string Microseconds(string text) =>
        ((DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) - DateTimeOffset.UnixEpoch).Ticks / 10)
        .ToString(CultureInfo.InvariantCulture);

    /// <summary>Microseconds of <c>[-]HHH:MM:SS[.ffffff]</c>.</summary>
    private static string ClockMicroseconds(string text)
    {
        var parts = text.TrimStart('-').Split(':');
        var micros = (long)(decimal.Parse(parts[2], CultureInfo.InvariantCulture) * 1_000_000)
            + long.Parse(parts[1], CultureInfo.InvariantCulture) * 60_000_000 + long.Parse(parts[0], CultureInfo.InvariantCulture) * 3_600_000_000;
        return (text.StartsWith('-') ? -micros : micros).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Microseconds of <c>1 day 02:00:00</c>.</summary>
    private static string IntervalMicroseconds(string text)
    {
        var match = DayAndClock().Match(text);
        match.Success.ShouldBeTrue(text);
        var days = long.Parse(match.Groups["days"].Value, CultureInfo.InvariantCulture);
        return (days * 86_400_000_000 + long.Parse(ClockMicroseconds(match.Groups["clock"].Value), CultureInfo.InvariantCulture))
            .ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A decimal from its unscaled digits in two's complement.</summary>
    private static string Scaled(byte[] unscaled, int scale)
    {
        var number = new BigInteger(unscaled, isBigEndian: true);
        var digits = BigInteger.Abs(number).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        return (number.Sign < 0 ? "-" : "") + (scale == 0 ? digits : $"{digits[..^scale]}.{digits[^scale..]}");
    }

    /// <summary>Bits, the highest first, from bytes of which the lowest is first.</summary>
    private static string Bits(byte[] bytes, int length) =>
        string.Concat(bytes.Reverse().Select(part => part.ToString("B8", CultureInfo.InvariantCulture))).PadLeft(length, '0')[^length..];

    [GeneratedRegex("^(?<days>[0-9]+) days? (?<clock>[0-9:.]+)$")]
    private static partial Regex DayAndClock();
}

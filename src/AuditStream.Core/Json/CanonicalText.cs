using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace AuditStream.Core.Json;

/// <summary>Writes the texts that an event adds to a record's own: strings escaped as RFC 8785 section 3.2.2.2 says, plain integers, RFC 3339
/// times.</summary>
public static class CanonicalText
{
    /// <summary>The greatest instant that an event holds: 9999-12-31T23:59:59.999999Z, in microseconds since the Unix epoch.</summary>
    public const long MaximumMicroseconds = 253_402_300_799_999_999;

    private static readonly int EpochDay = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;

    /// <summary>A JSON string with its quotes.</summary>
    public static byte[] Quoted(string text) => JsonText.Quote(text);

    /// <summary>Appends an integer in plain digits.</summary>
    public static void WriteInteger(ByteWriter to, long value)
    {
        Utf8Formatter.TryFormat(value, to.GetSpan(20), out var length); // 20 bytes hold every Int64.
        to.Advance(length);
    }

    /// <summary>Appends <c>2025-06-15T10:00:00.123456Z</c> with 0, 3 or 6 fraction digits; further digits are cut off.</summary>
    public static void WriteTime(ByteWriter to, long microseconds, int fractionDigits)
    {
        var (days, inDay) = Math.DivRem(microseconds, 86_400_000_000);
        var date = DateOnly.FromDayNumber(EpochDay + (int)days);
        var (seconds, fraction) = Math.DivRem(inDay, 1_000_000);
        var text = to.GetSpan(27);
        WriteDigits(text, date.Year, digits: 4);
        text[4] = (byte)'-';
        WriteDigits(text[5..], date.Month, digits: 2);
        text[7] = (byte)'-';
        WriteDigits(text[8..], date.Day, digits: 2);
        text[10] = (byte)'T';
        WriteDigits(text[11..], (int)(seconds / 3_600), digits: 2);
        text[13] = (byte)':';
        WriteDigits(text[14..], (int)(seconds / 60 % 60), digits: 2);
        text[16] = (byte)':';
        WriteDigits(text[17..], (int)(seconds % 60), digits: 2);
        var length = 19;
        if (fractionDigits > 0)
        {
            text[length++] = (byte)'.';
            WriteDigits(text[length..], (int)(fractionDigits == 3 ? fraction / 1_000 : fraction), fractionDigits == 3 ? 3 : 6);
            length += fractionDigits == 3 ? 3 : 6;
        }
        text[length++] = (byte)'Z';
        to.Advance(length);
    }

    /// <summary>Reads what <see cref="WriteTime"/> writes, and nothing else.</summary>
    public static bool TryReadTime(ReadOnlySpan<char> text, out long microseconds)
    {
        microseconds = 0;
        if (text.Length is not (20 or 24 or 27) || text[^1] != 'Z' || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':'
            || text[16] != ':' || (text.Length > 20 && text[19] != '.'))
        {
            return false;
        }
        var fraction = text.Length > 20 ? text[20..^1] : "0";
        if (!TryReadDigits(text[..4], out var year) || !TryReadDigits(text[5..7], out var month) || !TryReadDigits(text[8..10], out var day)
            || !TryReadDigits(text[11..13], out var hour) || !TryReadDigits(text[14..16], out var minute)
            || !TryReadDigits(text[17..19], out var second) || !TryReadDigits(fraction, out var part)
            || year is < 1970 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }
        var days = new DateOnly(year, month, day).DayNumber - EpochDay;
        var seconds = (days * 86_400L) + (hour * 3_600) + (minute * 60) + second;
        microseconds = (seconds * 1_000_000) + (fraction.Length == 3 ? part * 1_000 : part);
        return true;
    }

    private static bool TryReadDigits(ReadOnlySpan<char> text, out int value)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static void WriteDigits(Span<byte> to, int value, int digits)
    {
        for (var i = digits - 1; i >= 0; i--, value /= 10)
            to[i] = (byte)('0' + (value % 10));
    }
}

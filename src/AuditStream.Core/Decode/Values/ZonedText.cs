using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Values;

/// <summary>Texts of zoned times and timestamps, moved to UTC. The fraction stays as it was written.</summary>
internal static class ZonedText
{
    /// <summary>The largest number of digits of a year: PostgreSQL's timestamps end in 294276.</summary>
    private const int MaxYearDigits = 9;

    /// <summary>Writes an instant such as <c>2020-01-31T10:00:00.250+01:00</c> in UTC, with its quotes; false when the text is
    /// none.</summary>
    public static bool TryTimestamp(ReadOnlySpan<byte> text, ByteWriter output)
    {
        if (text.SequenceEqual("infinity"u8) || text.SequenceEqual("-infinity"u8))
            return Quoted(text, output);
        if (!TryInstant(text, out var seconds, out var fraction))
            return false;
        var days = seconds / 86_400 - (seconds % 86_400 < 0 ? 1 : 0);
        var (utcYear, utcMonth, utcDay) = CivilCalendar.DateOf(days);
        output.Write((byte)'"');
        TemporalWriter.WriteDate(utcYear, utcMonth, utcDay, output);
        output.Write((byte)'T');
        return Finish(seconds - days * 86_400, fraction, output);
    }

    /// <summary>Reads an instant; false when the text is none.</summary>
    /// <param name="text">The text, such as <c>2020-01-31T10:00:00.250+01:00</c>.</param>
    /// <param name="seconds">Gets the whole seconds since 1970.</param>
    /// <param name="fraction">Gets the fraction of a second with its point, as written; empty without.</param>
    public static bool TryInstant(ReadOnlySpan<byte> text, out long seconds, out ReadOnlySpan<byte> fraction)
    {
        seconds = 0;
        fraction = default;
        var rest = text;
        var negative = Take(ref rest, '-');
        var signed = negative || Take(ref rest, '+');
        var digits = rest.IndexOf((byte)'-');
        if (digits < 4 || digits > MaxYearDigits || (digits > 4 && !signed) || !TryNumber(ref rest, digits, out var year))
            return false;
        if (!Take(ref rest, '-') || !TryNumber(ref rest, 2, out var month) || month is < 1 or > 12 || !Take(ref rest, '-'))
            return false;
        year = negative ? -year : year;
        if (!TryNumber(ref rest, 2, out var day) || day < 1 || day > CivilCalendar.DaysOf(year, (int)month))
            return false;
        if (!Take(ref rest, 'T') && !Take(ref rest, ' '))
            return false;
        if (!TryClock(ref rest, out var clock, out fraction) || !TryOffset(rest, out var offset))
            return false;
        seconds = CivilCalendar.DayOf(year, (int)month, (int)day) * 86_400 + clock - offset;
        return true;
    }

    /// <summary>Writes a time of day such as <c>10:00:00.5+01:00</c> in UTC, with its quotes; false when the text is none.</summary>
    public static bool TryTime(ReadOnlySpan<byte> text, ByteWriter output)
    {
        var rest = text;
        if (!TryClock(ref rest, out var seconds, out var fraction) || !TryOffset(rest, out var offset))
            return false;
        if (offset != 0)
            seconds = ((seconds - offset) % 86_400 + 86_400) % 86_400;
        output.Write((byte)'"');
        return Finish(seconds, fraction, output);
    }

    private static bool Finish(long seconds, ReadOnlySpan<byte> fraction, ByteWriter output)
    {
        TemporalWriter.WriteSeconds(seconds, output);
        output.Write(fraction);
        output.Write("Z\""u8);
        return true;
    }

    /// <summary>Reads <c>HH:MM</c>, <c>HH:MM:SS</c> or <c>HH:MM:SS.fff</c>; the fraction keeps its point.</summary>
    private static bool TryClock(scoped ref ReadOnlySpan<byte> rest, out long seconds, out ReadOnlySpan<byte> fraction)
    {
        seconds = 0;
        fraction = default;
        if (!TryNumber(ref rest, 2, out var hours) || hours > 24 || !Take(ref rest, ':'))
            return false;
        if (!TryNumber(ref rest, 2, out var minutes) || minutes > 59)
            return false;
        seconds = hours * 3_600 + minutes * 60;
        if (!Take(ref rest, ':'))
            return true;
        if (!TryNumber(ref rest, 2, out var second) || second > 60)
            return false;
        seconds += second;
        if (rest.IsEmpty || rest[0] != '.')
            return true;
        var end = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        end = end < 0 ? rest.Length : end + 1;
        fraction = rest[..end];
        rest = rest[end..];
        return fraction.Length > 1;
    }

    /// <summary>Reads <c>Z</c>, <c>+HH</c>, <c>+HH:MM</c> or <c>+HH:MM:SS</c>, and passes over a zone's name in brackets.</summary>
    private static bool TryOffset(ReadOnlySpan<byte> rest, out long seconds)
    {
        seconds = 0;
        if (rest.Length > 1 && rest[^1] == ']' && rest.IndexOf((byte)'[') is > 0 and var bracket)
            rest = rest[..bracket];
        if (Take(ref rest, 'Z'))
            return rest.IsEmpty;
        var negative = Take(ref rest, '-');
        if (!negative && !Take(ref rest, '+'))
            return false;
        if (!TryNumber(ref rest, 2, out var hours))
            return false;
        long minutes = 0;
        long more = 0;
        if (!rest.IsEmpty && (!Take(ref rest, ':') || !TryNumber(ref rest, 2, out minutes)))
            return false;
        if (!rest.IsEmpty && (!Take(ref rest, ':') || !TryNumber(ref rest, 2, out more)))
            return false;
        seconds = hours * 3_600 + minutes * 60 + more;
        if (negative)
            seconds = -seconds;
        return rest.IsEmpty && hours <= 18 && minutes <= 59 && more <= 59;
    }

    private static bool Take(ref ReadOnlySpan<byte> rest, char expected)
    {
        if (rest.IsEmpty || rest[0] != expected)
            return false;
        rest = rest[1..];
        return true;
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> rest, int digits, out long value)
    {
        value = 0;
        if (rest.Length < digits)
            return false;
        foreach (var digit in rest[..digits])
        {
            if ((uint)(digit - '0') > 9)
                return false;
            value = value * 10 + (digit - '0');
        }

        rest = rest[digits..];
        return true;
    }

    private static bool Quoted(ReadOnlySpan<byte> text, ByteWriter output)
    {
        output.Write((byte)'"');
        output.Write(text);
        output.Write((byte)'"');
        return true;
    }
}

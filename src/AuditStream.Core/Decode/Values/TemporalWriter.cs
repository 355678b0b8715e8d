using System.Buffers.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Values;

/// <summary>Dates, times and durations from counted units to ISO 8601 text, as canonical JSON strings with their quotes.</summary>
/// <remarks>A fraction of a second is written with as many digits as it needs. Years outside of 0000 to 9999 have a sign and at least four
/// digits: <c>+20000-01-01</c>, <c>-0043-03-15</c>.</remarks>
internal static class TemporalWriter
{
    private const int InfinityDays = -2_147_472_692;
    private const int MinusInfinityDays = -2_147_472_691;
    private const long InfinityMicroseconds = 9_223_372_036_825_200_000;
    private const long MinusInfinityMicroseconds = -9_223_372_036_832_400_000;

    /// <summary>Writes a date from days since 1970.</summary>
    public static void Date(long days, ByteWriter output)
    {
        output.Write((byte)'"');
        if (days is InfinityDays or MinusInfinityDays)
        {
            output.Write(days == InfinityDays ? "infinity"u8 : "-infinity"u8);
        }
        else
        {
            var (year, month, day) = CivilCalendar.DateOf(days);
            WriteDate(year, month, day, output);
        }

        output.Write((byte)'"');
    }

    /// <summary>Writes a time of day, which may be negative or past 24 hours as MySQL's may.</summary>
    /// <param name="units">The time.</param>
    /// <param name="perSecond">How many units a second has: 1,000, 1,000,000 or 1,000,000,000.</param>
    /// <param name="output">Takes the text.</param>
    public static void Time(long units, long perSecond, ByteWriter output)
    {
        output.Write((byte)'"');
        if (units < 0)
            output.Write((byte)'-');
        var seconds = Int128.Abs(units);
        WriteClock((long)(seconds / perSecond), (long)(seconds % perSecond), perSecond, output);
        output.Write((byte)'"');
    }

    /// <summary>Writes a date and time from units since 1970.</summary>
    public static void Timestamp(long units, long perSecond, ByteWriter output)
    {
        output.Write((byte)'"');
        if (IsInfinity(units, perSecond))
        {
            output.Write(units > 0 ? "infinity"u8 : "-infinity"u8);
        }
        else
        {
            var seconds = FloorDivide(units, perSecond, out var fraction);
            var days = FloorDivide(seconds, 86_400, out var ofDay);
            var (year, month, day) = CivilCalendar.DateOf(days);
            WriteDate(year, month, day, output);
            output.Write((byte)'T');
            WriteClock(ofDay, fraction, perSecond, output);
        }

        output.Write((byte)'"');
    }

    /// <summary>Writes a duration: <c>PT26H</c>, <c>PT-4H-5M-6.789S</c>, <c>PT0S</c>.</summary>
    public static void Duration(long units, long perSecond, ByteWriter output)
    {
        output.Write("\"PT"u8);
        var size = (UInt128)Int128.Abs(units);
        var seconds = (long)(size / (ulong)perSecond);
        var fraction = (long)(size % (ulong)perSecond);
        var (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
        seconds %= 60;
        WritePart(hours, units < 0, (byte)'H', output);
        WritePart(minutes, units < 0, (byte)'M', output);
        if (seconds != 0 || fraction != 0 || units == 0)
        {
            if (units < 0)
                output.Write((byte)'-');
            Number(seconds, width: 1, output);
            WriteFraction(fraction, perSecond, output);
            output.Write((byte)'S');
        }

        output.Write((byte)'"');
    }

    /// <summary>Writes a date without quotes.</summary>
    public static void WriteDate(long year, int month, int day, ByteWriter output)
    {
        if (year > 9_999)
            output.Write((byte)'+');
        if (year < 0)
            output.Write((byte)'-');
        Number(Math.Abs(year), width: 4, output);
        output.Write((byte)'-');
        Number(month, width: 2, output);
        output.Write((byte)'-');
        Number(day, width: 2, output);
    }

    /// <summary>Writes hours, minutes and seconds without a fraction.</summary>
    public static void WriteSeconds(long seconds, ByteWriter output)
    {
        Number(seconds / 3_600, width: 2, output);
        output.Write((byte)':');
        Number(seconds / 60 % 60, width: 2, output);
        output.Write((byte)':');
        Number(seconds % 60, width: 2, output);
    }

    private static bool IsInfinity(long units, long perSecond) => perSecond switch
    {
        1_000_000 => units is InfinityMicroseconds or MinusInfinityMicroseconds,
        1_000 => units is InfinityMicroseconds / 1_000 or MinusInfinityMicroseconds / 1_000,
        _ => false,
    };

    private static void WriteClock(long seconds, long fraction, long perSecond, ByteWriter output)
    {
        WriteSeconds(seconds, output);
        WriteFraction(fraction, perSecond, output);
    }

    private static void WriteFraction(long fraction, long perSecond, ByteWriter output)
    {
        if (fraction == 0)
            return;
        output.Write((byte)'.');
        for (var unit = perSecond / 10; fraction != 0; unit /= 10)
        {
            output.Write((byte)('0' + fraction / unit));
            fraction %= unit;
        }
    }

    private static void WritePart(long value, bool negative, byte letter, ByteWriter output)
    {
        if (value == 0)
            return;
        if (negative)
            output.Write((byte)'-');
        Number(value, width: 1, output);
        output.Write(letter);
    }

    private static void Number(long value, byte width, ByteWriter output)
    {
        var room = output.GetSpan(20);
        Utf8Formatter.TryFormat(value, room, out var length, new System.Buffers.StandardFormat('D', width));
        output.Advance(length);
    }

    private static long FloorDivide(long value, long divisor, out long rest)
    {
        var quotient = Math.DivRem(value, divisor, out rest);
        if (rest >= 0)
            return quotient;
        rest += divisor;
        return quotient - 1;
    }
}

using System.Buffers.Text;
using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>What every dialect does with the time of a change.</summary>
internal static class ChangeTime
{
    /// <summary>Takes the Kafka record's timestamp, when the record's value tells no time.</summary>
    public static void SetOfRecord(in RawRecord record, ChangeFacts facts)
    {
        facts.OccurredAtMicroseconds = ToMicroseconds(record.TimestampMilliseconds);
        facts.OccurredAtDigits = 3;
        facts.OccurredFrom = OccurredFrom.Record;
    }

    /// <summary>Takes an instant in ISO 8601 with its zone, to the microsecond; false when the text is none. What is out of range stays out of
    /// range.</summary>
    public static bool TrySet(ReadOnlySpan<byte> text, ChangeFacts facts)
    {
        if (!ZonedText.TryInstant(text, out var seconds, out var fraction))
            return false;
        facts.OccurredAtMicroseconds = seconds is < 0 or > CanonicalText.MaximumMicroseconds / 1_000_000
            ? -1
            : seconds * 1_000_000 + Scaled(fraction.IsEmpty ? fraction : fraction[1..], digits: 6);
        facts.OccurredAtDigits = DigitsOf(fraction.Length - 1);
        return true;
    }

    /// <summary>Takes a number of seconds, milliseconds or microseconds since 1970, to the microsecond; false when it is no number. What is out of
    /// range stays out of range.</summary>
    /// <param name="number">Plain digits, maybe with a fraction.</param>
    /// <param name="unit">The digits that the unit adds to a second: 0, 3 or 6.</param>
    /// <param name="facts">Takes the time.</param>
    public static bool TrySet(ReadOnlySpan<byte> number, int unit, ChangeFacts facts)
    {
        if (!TryMicroseconds(number, unit, out var microseconds, out var digits))
            return false;
        facts.OccurredAtMicroseconds = microseconds;
        facts.OccurredAtDigits = digits;
        return true;
    }

    /// <summary>Reads a number of seconds, milliseconds or microseconds since 1970; false when it is no number. What is out of range is
    /// -1.</summary>
    /// <param name="number">Plain digits, maybe with a fraction.</param>
    /// <param name="unit">The digits that the unit adds to a second: 0, 3 or 6.</param>
    /// <param name="microseconds">Gets the time.</param>
    /// <param name="digits">Gets how many fraction digits of a second it has: 0, 3 or 6.</param>
    public static bool TryMicroseconds(ReadOnlySpan<byte> number, int unit, out long microseconds, out int digits)
    {
        microseconds = -1;
        digits = 0;
        var point = number.IndexOf((byte)'.');
        var whole = point < 0 ? number : number[..point];
        var fraction = (point < 0 ? default : number[(point + 1)..]).TrimEnd((byte)'0');
        if (!Utf8Parser.TryParse(whole, out long units, out var used) || used != whole.Length
            || fraction.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            return false;
        var scale = unit switch { 0 => 1_000_000L, 3 => 1_000L, _ => 1L };
        if (units >= 0 && units <= CanonicalText.MaximumMicroseconds / scale)
            microseconds = units * scale + Scaled(fraction, 6 - unit);
        digits = fraction.IsEmpty ? unit : DigitsOf(unit + fraction.Length);
        return true;
    }

    /// <summary>A rejection when an event id cannot hold the time; null otherwise.</summary>
    /// <param name="facts">The change's facts.</param>
    /// <param name="at">Where the time stands in the record; -1 when no place can be named.</param>
    public static Rejection? Check(ChangeFacts facts, long at = -1) =>
        facts.OccurredAtMicroseconds is >= 0 and <= CanonicalText.MaximumMicroseconds
            ? null
            : new Rejection(RejectionCode.TimeOutOfRange, "The time of the change lies outside of 1970 to 9999.", at);

    /// <summary>Milliseconds in microseconds; what is out of range stays out of range.</summary>
    public static long ToMicroseconds(long milliseconds) =>
        milliseconds > CanonicalText.MaximumMicroseconds / 1_000 ? long.MaxValue : milliseconds < 0 ? -1 : milliseconds * 1_000;

    private static int DigitsOf(int fractionDigits) => fractionDigits switch
    {
        <= 0 => 0,
        <= 3 => 3,
        _ => 6,
    };

    /// <summary>The first so many digits of a fraction as a whole number.</summary>
    private static long Scaled(ReadOnlySpan<byte> fraction, int digits)
    {
        var value = 0L;
        for (var digit = 0; digit < digits; digit++)
            value = value * 10 + (digit < fraction.Length ? fraction[digit] - '0' : 0);
        return value;
    }
}

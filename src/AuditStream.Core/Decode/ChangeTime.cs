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

    /// <summary>A rejection when an event id cannot hold the time; null otherwise.</summary>
    public static Rejection? Check(ChangeFacts facts) =>
        facts.OccurredAtMicroseconds is >= 0 and <= CanonicalText.MaximumMicroseconds
            ? null
            : new Rejection(RejectionCode.TimeOutOfRange, "The time of the change lies outside of 1970 to 9999.", ByteOffset: -1);

    /// <summary>Milliseconds in microseconds; what is out of range stays out of range.</summary>
    public static long ToMicroseconds(long milliseconds) =>
        milliseconds > CanonicalText.MaximumMicroseconds / 1_000 ? long.MaxValue : milliseconds < 0 ? -1 : milliseconds * 1_000;
}

using System.Globalization;
using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Sink;

/// <summary>Makes rows of <c>audit.dead_letter</c>: of records of the dead-letter topic, and of what the sink itself refuses.</summary>
public static class DeadLetterReader
{
    /// <summary>The stage of what the sink refuses while reading.</summary>
    public const string SinkStage = "sink";

    /// <summary>Reads one record of the dead-letter topic.</summary>
    /// <param name="record">The record: the refused one's key and value, its headers, and ours behind them.</param>
    /// <param name="rejection">Why there is no row; null when there is one.</param>
    public static DeadLetterRow? Read(in RawRecord record, out Rejection? rejection)
    {
        var headers = record.Headers;
        var originals = LastHeader.IndexOf(headers, DeadLetterHeaders.Reason);
        var reason = Text(headers, DeadLetterHeaders.Reason);
        var topic = Text(headers, DeadLetterHeaders.Topic);
        var stage = Text(headers, DeadLetterHeaders.Stage);
        var partition = Number(headers, DeadLetterHeaders.Partition, int.MaxValue);
        var offset = Number(headers, DeadLetterHeaders.Offset, long.MaxValue);
        var timestamp = Number(headers, DeadLetterHeaders.Timestamp, long.MaxValue);
        var missing = reason is null ? DeadLetterHeaders.Reason
            : topic is null ? DeadLetterHeaders.Topic
            : stage is null ? DeadLetterHeaders.Stage
            : partition is null or < 0 ? DeadLetterHeaders.Partition
            : offset is null or < 0 ? DeadLetterHeaders.Offset
            : timestamp is null ? DeadLetterHeaders.Timestamp
            : null;
        rejection = missing is null
            ? null
            : new Rejection(RejectionCode.InvalidHeader, $"The header {missing} is missing or cannot be read.", ByteOffset: -1);
        if (rejection is not null)
            return null;
        return new DeadLetterRow
        {
            Stage = stage ?? "",
            Reason = reason ?? "",
            Message = Text(headers, DeadLetterHeaders.Message) ?? "",
            Topic = topic ?? "",
            Partition = (int)partition.GetValueOrDefault(),
            Offset = offset.GetValueOrDefault(),
            TimestampMilliseconds = timestamp.GetValueOrDefault(),
            Key = record.Key?.ToArray(),
            Value = record.Value?.ToArray(),
            HeadersJson = HeadersJson(headers, originals),
        };
    }

    /// <summary>The row of a record that the sink refuses.</summary>
    public static DeadLetterRow OfRefused(in RawRecord record, Rejection rejection) => new()
    {
        Stage = SinkStage,
        Reason = WireName.Of(rejection.Code),
        Message = rejection.Message,
        Topic = record.Topic,
        Partition = record.Partition,
        Offset = record.Offset,
        TimestampMilliseconds = record.TimestampMilliseconds,
        Key = record.Key?.ToArray(),
        Value = record.Value?.ToArray(),
        HeadersJson = HeadersJson(record.Headers, record.Headers.Count),
    };

    private static string? Text(IReadOnlyList<RecordHeader> headers, string name)
        => LastHeader.Of(headers, name) is { } value ? Encoding.UTF8.GetString(value.Span) : null;

    private static long? Number(IReadOnlyList<RecordHeader> headers, string name, long maximum)
        => LastHeader.Of(headers, name) is { } value
            && long.TryParse(value.Span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= -1 && number <= maximum
                ? number
                : null;

    private static string HeadersJson(IReadOnlyList<RecordHeader> headers, int count)
    {
        var json = new StringBuilder("[");
        for (var i = 0; i < count; i++)
        {
            json.Append(i == 0 ? "[" : ",[").Append(Encoding.UTF8.GetString(CanonicalText.Quoted(headers[i].Name)));
            if (headers[i].Value is { } value)
                json.Append(",\"").Append(Convert.ToBase64String(value.Span)).Append("\"]");
            else
                json.Append(",null]");
        }
        return json.Append(']').ToString();
    }
}

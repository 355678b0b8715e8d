using System.Globalization;
using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Loop;

/// <summary>Produces what was refused: key, value and headers byte for byte, then our own headers; the same timestamp.</summary>
internal sealed class DeadLetterOutput(string topic, string stage)
{
    /// <summary>The first attempt; a re-driven record counts on.</summary>
    private const int FirstAttempt = 1;

    /// <summary>The longest message, in characters: what a record makes a message say must not make its dead letter too large.</summary>
    private const int MaxMessageCharacters = 2_000;
    private const string AttemptHeader = "auditstream-attempt";
    private readonly List<RecordHeader> headers = [];

    /// <summary>Produces one dead letter.</summary>
    internal void Write(IUnitOfWork work, in RawRecord record, Rejection rejection)
    {
        headers.Clear();
        headers.AddRange(record.Headers);
        Add("auditstream-reason", WireName.Of(rejection.Code));
        Add("auditstream-message", Shortened(rejection.Message));
        Add("auditstream-topic", record.Topic);
        Add("auditstream-partition", Text(record.Partition));
        Add("auditstream-offset", Text(record.Offset));
        Add("auditstream-timestamp", Text(record.TimestampMilliseconds));
        Add("auditstream-stage", stage);
        Add(AttemptHeader, Text(AttemptOf(record.Headers)));
        if (rejection.ByteOffset >= 0)
            Add("auditstream-byte-offset", Text(rejection.ByteOffset));
        work.Produce(new OutgoingRecord
        {
            Topic = topic,
            Key = record.Key,
            Value = record.Value,
            Headers = headers,
            TimestampMilliseconds = record.TimestampMilliseconds,
        });
    }

    private static int AttemptOf(IReadOnlyList<RecordHeader> headers)
    {
        for (var index = headers.Count - 1; index >= 0; index--)
        {
            if (headers[index].Name == AttemptHeader
                && headers[index].Value is { } value
                && int.TryParse(value.Span, NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
                && attempt < int.MaxValue)
                return attempt + 1;
        }
        return FirstAttempt;
    }

    private static string Shortened(string message)
    {
        if (message.Length <= MaxMessageCharacters)
            return message;
        var end = char.IsHighSurrogate(message[MaxMessageCharacters - 2]) ? MaxMessageCharacters - 2 : MaxMessageCharacters - 1;
        return message[..end] + "…";
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private void Add(string name, string value) => headers.Add(new RecordHeader(name, Encoding.UTF8.GetBytes(value)));
}

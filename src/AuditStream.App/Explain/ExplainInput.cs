using System.Text;
using System.Text.Json;
using AuditStream.Core.Flow;

namespace AuditStream.App.Explain;

/// <summary>Reads the records to explain, one a line: captured records, or anything else, taken as a record's value.</summary>
public static class ExplainInput
{
    /// <summary>The record of a line.</summary>
    /// <param name="line">A captured record, <c>{"topic","partition","offset","timestamp","key_b64","value_b64","headers"}</c>, or a value.</param>
    /// <param name="number">The line's number from 1: the offset, less 1, of a record that names none.</param>
    /// <param name="topic">The topic of a record that names none.</param>
    public static RawRecord Read(string line, int number, string topic) => Captured(line) ?? new RawRecord
    {
        Topic = topic,
        Partition = 0,
        Offset = number - 1,
        TimestampMilliseconds = 0,
        Key = null,
        Value = Encoding.UTF8.GetBytes(line),
        Headers = [],
    };

    private static RawRecord? Captured(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<CapturedRecord>(line) is { } captured ? captured.ToRecord() : null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            return null; // not of the captured form: the line is a value
        }
    }
}

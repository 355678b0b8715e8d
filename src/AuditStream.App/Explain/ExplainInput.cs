using System.Text.Json;
using AuditStream.Core.Flow;

namespace AuditStream.App.Explain;

/// <summary>Makes records of the input's texts.</summary>
public static class ExplainInput
{
    /// <summary>The record of a text.</summary>
    /// <param name="text">A captured record, <c>{"topic","partition","offset","timestamp","key_b64","value_b64","headers"}</c>; a record written by
    /// hand, <c>{"topic","key","value","headers"}</c>; or else a value.</param>
    /// <param name="number">The record's number from 1: the offset, less 1, of a record that names none.</param>
    /// <param name="topic">The topic of a record that names none.</param>
    public static InputRecord Read(InputText text, int number, string topic)
    {
        if (Captured(text.Bytes) is { } captured)
            return new InputRecord(number, text, InputForm.Captured, captured);
        if (WrittenRecord.Read(text.Bytes) is { } written)
            return new InputRecord(number, text, InputForm.Written, written.ToRecord(topic, number - 1));
        var form = text.Bytes.AsSpan().IndexOf("\"value_b64\""u8) >= 0 ? InputForm.BrokenCaptured : InputForm.Value;
        return new InputRecord(number, text, form, new RawRecord
        {
            Topic = topic,
            Partition = 0,
            Offset = number - 1,
            TimestampMilliseconds = 0,
            Key = null,
            Value = text.Bytes,
            Headers = [],
        });
    }

    private static RawRecord? Captured(byte[] text)
    {
        try
        {
            return JsonSerializer.Deserialize<CapturedRecord>(text) is { } captured ? captured.ToRecord() : null;
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            return null; // not of the captured form
        }
    }
}

using System.Text.Json;
using AuditStream.Core.Flow;

namespace AuditStream.App.Explain;

/// <summary>Makes records of the input's texts.</summary>
public static class ExplainInput
{
    /// <summary>The record of a text.</summary>
    /// <param name="text">A captured record, <c>{"topic","partition","offset","timestamp","key_b64","value_b64","headers"}</c>; a record written by
    /// hand, <c>{"topic","key","value","headers"}</c>, or by <c>kcat -J</c>; a key and a value of JSON with a tab between them, as Kafka's console
    /// consumer prints them; or else a value.</param>
    /// <param name="number">The record's number from 1: the offset, less 1, of a record that names none.</param>
    /// <param name="topic">The topic of a record that names none.</param>
    public static InputRecord Read(InputText text, int number, string topic)
    {
        if (Captured(text.Bytes) is { } captured)
            return new InputRecord(number, text, InputForm.Captured, captured);
        if (WrittenRecord.Read(text.Bytes) is { } written)
            return new InputRecord(number, text, InputForm.Written, written.ToRecord(topic, number - 1));
        var (key, value) = EndOfKey(text.Bytes) is { } end
            ? (NullOr(text.Bytes.AsMemory(0, end)), NullOr(text.Bytes.AsMemory(end + 1)))
            : (null, text.Bytes);
        var form = text.Bytes.AsSpan().IndexOf("\"value_b64\""u8) >= 0 ? InputForm.BrokenCaptured : InputForm.Value;
        return new InputRecord(number, text, form, new RawRecord
        {
            Topic = topic,
            Partition = 0,
            Offset = number - 1,
            TimestampMilliseconds = 0,
            Key = key,
            Value = value,
            Headers = [],
        });
    }

    // As the console consumer prints what is not there.
    private static ReadOnlySpan<byte> Null => "null"u8;

    private static ReadOnlyMemory<byte>? NullOr(ReadOnlyMemory<byte> bytes) => bytes.Span.SequenceEqual(Null) ? default(ReadOnlyMemory<byte>?) : bytes;

    // Within a JSON value a tab is white space, and never follows what is whole already: there, a key ends.
    private static int? EndOfKey(byte[] text)
    {
        var tab = text.AsSpan().IndexOf((byte)'\t');
        var rest = text.AsSpan(tab + 1);
        if (tab <= 0 || (!rest.StartsWith("{"u8) && !rest.SequenceEqual(Null)))
            return null;
        var reader = new Utf8JsonReader(text.AsSpan(0, tab));
        try
        {
            return reader.Read() && reader.TrySkip() && !reader.Read() ? tab : null;
        }
        catch (JsonException)
        {
            return null; // not JSON, or not whole
        }
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

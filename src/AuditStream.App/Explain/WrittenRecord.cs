using System.Text;
using System.Text.Json;
using AuditStream.Core.Flow;

namespace AuditStream.App.Explain;

/// <summary>A record written by hand: an object with <c>topic</c>, <c>key</c> and <c>value</c>, perhaps with <c>headers</c>, <c>partition</c>,
/// <c>offset</c>, <c>timestamp</c> and <c>notes</c>, and with no other member. Or a line of <c>kcat -J</c>, which says <c>payload</c> and <c>ts</c>,
/// and has <c>tstype</c> and <c>broker</c>.</summary>
/// <remarks>A string as key, value or header stands for its text; null for none; every other JSON for itself, byte by byte. Headers are a list of
/// <c>{"key","value"}</c>, those of kcat a list of names and values in turns.</remarks>
internal sealed class WrittenRecord
{
    private string? topic;
    private int partition;
    private long? offset;
    private long timestamp;
    private byte[]? key;
    private byte[]? value;
    private readonly List<RecordHeader> headers = [];

    /// <summary>The record of a text; null when the text is none.</summary>
    public static WrittenRecord? Read(byte[] text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            var record = new WrittenRecord();
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && record.ReadMembers(text, ref reader) && !reader.Read() ? record : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return null; // a member is of another kind, or it is no JSON at all
        }
    }

    /// <summary>The record.</summary>
    /// <param name="otherTopic">The topic when it names none.</param>
    /// <param name="otherOffset">The offset when it names none.</param>
    public RawRecord ToRecord(string otherTopic, long otherOffset) => new()
    {
        Topic = topic ?? otherTopic,
        Partition = partition,
        Offset = offset ?? otherOffset,
        TimestampMilliseconds = timestamp,
        Key = key is null ? null : (ReadOnlyMemory<byte>?)key,
        Value = value is null ? null : (ReadOnlyMemory<byte>?)value,
        Headers = headers,
    };

    private bool ReadMembers(byte[] text, ref Utf8JsonReader reader)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString() ?? "";
            reader.Read();
            if (!seen.Add(name) || !ReadMember(name, text, ref reader))
                return false;
        }
        return seen.IsSupersetOf(["topic", "key"]) && (seen.Contains("value") ^ seen.Contains("payload"));
    }

    private bool ReadMember(string name, byte[] text, ref Utf8JsonReader reader)
    {
        switch (name)
        {
            case "topic":
                topic = reader.GetString();
                return true;
            case "partition":
                partition = reader.GetInt32();
                return true;
            case "offset":
                offset = reader.GetInt64();
                return true;
            case "timestamp" or "ts":
                timestamp = reader.GetInt64();
                return true;
            case "key":
                key = Bytes(text, ref reader);
                return true;
            case "value" or "payload":
                value = Bytes(text, ref reader);
                return true;
            case "notes" or "tstype" or "broker":
                reader.Skip();
                return true;
            case "headers":
                return ReadHeaders(text, ref reader);
            default:
                return false;
        }
    }

    private bool ReadHeaders(byte[] text, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.StartArray)
            return false;
        while (reader.Read() && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.String)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                ReadFlatHeader(text, ref reader);
                continue;
            }
            var (name, content) = (default(string), default(byte[]));
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isName = reader.ValueTextEquals("key"u8);
                if (!isName && !reader.ValueTextEquals("value"u8))
                    return false;
                reader.Read();
                if (isName)
                    name = reader.GetString();
                else
                    content = Bytes(text, ref reader);
            }
            if (name is null)
                return false;
            headers.Add(new RecordHeader(name, content is null ? null : (ReadOnlyMemory<byte>?)content));
        }
        return reader.TokenType == JsonTokenType.EndArray;
    }

    private void ReadFlatHeader(byte[] text, ref Utf8JsonReader reader)
    {
        var name = reader.GetString() ?? "";
        reader.Read();
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
            throw new FormatException("A header has a name and no value.");
        headers.Add(new RecordHeader(name, Bytes(text, ref reader) is { } content ? content : (ReadOnlyMemory<byte>?)null));
    }

    private static byte[]? Bytes(byte[] text, ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (reader.TokenType == JsonTokenType.String)
            return Encoding.UTF8.GetBytes(reader.GetString() ?? "");
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return text[start..(int)reader.BytesConsumed];
    }
}

using System.Text.Json;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Decode;

/// <summary>Messages captured from real connectors, in a folder beside the repository on machines that have them.</summary>
internal static class CapturedMessages
{
    /// <summary>The folder; null where it is not there.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>Reads one capture.</summary>
    public static List<RawRecord> Read(string capture)
    {
        var records = new List<RawRecord>();
        foreach (var line in File.ReadLines(Path.Combine(Folder ?? "", "debezium", capture, "messages.jsonl")))
            records.Add(ReadLine(line));
        return records;
    }

    private static RawRecord ReadLine(string line)
    {
        var json = JsonElementOf(line);
        var headers = new List<RecordHeader>();
        foreach (var header in json.GetProperty("headers").EnumerateArray())
            headers.Add(new RecordHeader(header[0].GetString() ?? "", Bytes(header[1])));
        return new RawRecord
        {
            Topic = json.GetProperty("topic").GetString() ?? "",
            Partition = json.GetProperty("partition").GetInt32(),
            Offset = json.GetProperty("offset").GetInt64(),
            TimestampMilliseconds = json.GetProperty("timestamp").GetInt64(),
            Key = Bytes(json.GetProperty("key_b64")),
            Value = Bytes(json.GetProperty("value_b64")),
            Headers = headers,
        };
    }

    /// <summary>Parses one JSON text.</summary>
    public static JsonElement JsonElementOf(string text) => JsonSerializer.Deserialize<JsonElement>(text);

    /// <summary>True when the text is one JSON value to another reader than ours.</summary>
    public static bool IsJson(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = 2_000 });
        try
        {
            while (reader.Read())
            {
                // Every token is checked by reading it.
            }

            return reader.BytesConsumed == text.Length;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte>? Bytes(JsonElement base64) =>
        base64.ValueKind == JsonValueKind.Null ? null : (ReadOnlyMemory<byte>?)base64.GetBytesFromBase64();

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "fixtures");
            if (Directory.Exists(candidate))
                return candidate;
        }

        return null;
    }
}

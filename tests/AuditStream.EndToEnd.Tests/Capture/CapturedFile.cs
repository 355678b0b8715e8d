using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using AuditStream.Testing;

namespace AuditStream.EndToEnd.Tests.Capture;

/// <summary>Writes captured records, one JSON object a line: topic, partition, offset, timestamp, key_b64, value_b64, headers.</summary>
internal static class CapturedFile
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the records merged by timestamp; the order within a partition stays that of its log.</summary>
    internal static void Write(string path, IEnumerable<TopicRecord> records)
    {
        using var file = File.Create(path);
        foreach (var record in records.OrderBy(record => record.TimestampMilliseconds).ThenBy(record => record.Topic, StringComparer.Ordinal)
            .ThenBy(record => record.Partition).ThenBy(record => record.Offset))
        {
            using (var json = new Utf8JsonWriter(file, Compact))
                WriteRecord(json, record);
            file.Write("\n"u8);
        }
    }

    /// <summary>Writes a connector's properties in a fixed order; addresses and the password stand as <c>@…@</c>.</summary>
    internal static void WriteProperties(string path, IReadOnlyDictionary<string, string> defaults, IReadOnlyDictionary<string, string> own)
    {
        var all = new SortedDictionary<string, string>(defaults.ToDictionary(), StringComparer.Ordinal)
        {
            ["database.hostname"] = "@HOST@",
            ["database.port"] = "@PORT@",
            ["database.user"] = "@USER@",
            ["database.password"] = "@PASSWORD@",
            ["database.dbname"] = "@DATABASE@",
        };
        foreach (var (name, value) in own)
            all[name] = value;
        File.WriteAllText(path, string.Concat(all.Select(property => $"{property.Key}={property.Value}\n")), new UTF8Encoding(false));
    }

    private static void WriteRecord(Utf8JsonWriter json, TopicRecord record)
    {
        json.WriteStartObject();
        json.WriteString("topic", record.Topic);
        json.WriteNumber("partition", record.Partition);
        json.WriteNumber("offset", record.Offset);
        json.WriteNumber("timestamp", record.TimestampMilliseconds);
        WriteBytes(json, "key_b64", record.Key);
        WriteBytes(json, "value_b64", record.Value);
        json.WriteStartArray("headers");
        foreach (var (name, value) in record.Headers)
        {
            json.WriteStartArray();
            json.WriteStringValue(name);
            if (value is null)
                json.WriteNullValue();
            else
                json.WriteBase64StringValue(value);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteBytes(Utf8JsonWriter json, string name, byte[]? bytes)
    {
        if (bytes is null)
            json.WriteNull(name);
        else
            json.WriteBase64String(name, bytes);
    }
}

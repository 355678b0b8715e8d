using System.Text.Json;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Normalize;

/// <summary>Messages captured from real connectors.</summary>
internal static class Capture
{
    /// <summary>The files, by their path in the repository.</summary>
    public static TheoryData<string> Files
    {
        get
        {
            var files = Directory.GetFiles(RepositoryRoot.PathOf("src/AuditStream.Demo/captured"), "*.jsonl");
            var more = RepositoryRoot.PathOf("../shared/fixtures/debezium");
            if (Directory.Exists(more)) // More captures, where they are at hand; Avro records need their schemas.
            {
                files = [.. files, .. new[] { "pg-a-json", "pg-b-json-schema", "pg-d-unwrap", "mariadb-a-json" }
                    .Select(folder => Path.Combine(more, folder, "messages.jsonl")).Where(File.Exists)];
            }
            return new TheoryData<string>(files.Select(file => Path.GetRelativePath(RepositoryRoot.PathOf(""), file)).Order(StringComparer.Ordinal));
        }
    }

    /// <summary>The records of a file.</summary>
    public static IEnumerable<RawRecord> Read(string capture)
    {
        foreach (var line in File.ReadLines(RepositoryRoot.PathOf(capture)))
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            yield return new RawRecord
            {
                Topic = root.GetProperty("topic").GetString() ?? "",
                Partition = root.GetProperty("partition").GetInt32(),
                Offset = root.GetProperty("offset").GetInt64(),
                TimestampMilliseconds = root.GetProperty("timestamp").GetInt64(),
                Key = Bytes(root.GetProperty("key_b64")),
                Value = Bytes(root.GetProperty("value_b64")),
                Headers = [.. root.GetProperty("headers").EnumerateArray().Select(Header)],
            };
        }
    }

    private static RecordHeader Header(JsonElement pair) => new(pair[0].GetString() ?? "", Bytes(pair[1]));

    private static ReadOnlyMemory<byte>? Bytes(JsonElement base64)
        => base64.ValueKind == JsonValueKind.Null ? null : base64.GetBytesFromBase64();
}

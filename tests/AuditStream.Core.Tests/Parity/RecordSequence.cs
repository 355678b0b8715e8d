using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Parity;

/// <summary>The records of one history: each gets the next offset.</summary>
internal sealed class RecordSequence
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<RawRecord> records = [];

    /// <summary>The records so far.</summary>
    public IReadOnlyList<RawRecord> Records => records;

    /// <summary>Adds a record.</summary>
    public void Add(string topic, byte[]? key, byte[]? value, params RecordHeader[] headers) => records.Add(new RawRecord
    {
        Topic = topic,
        Partition = 0,
        Offset = records.Count,
        TimestampMilliseconds = 1_760_000_000_000,
        Key = key is null ? null : (ReadOnlyMemory<byte>?)key,
        Value = value is null ? null : (ReadOnlyMemory<byte>?)value,
        Headers = headers,
    });

    /// <summary>The bytes of a JSON document.</summary>
    public static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString(Plain));
}

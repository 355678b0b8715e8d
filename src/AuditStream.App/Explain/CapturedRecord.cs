using System.Text.Json.Serialization;
using AuditStream.Core.Flow;

namespace AuditStream.App.Explain;

/// <summary>A captured record as it stands on a line.</summary>
internal sealed record CapturedRecord
{
    [JsonPropertyName("topic")]
    public required string Topic { get; init; }

    [JsonPropertyName("partition")]
    public int Partition { get; init; }

    [JsonPropertyName("offset")]
    public long Offset { get; init; }

    [JsonPropertyName("timestamp")]
    public long Timestamp { get; init; }

    [JsonPropertyName("key_b64")]
    public string? Key { get; init; }

    [JsonPropertyName("value_b64")]
    public required string? Value { get; init; }

    [JsonPropertyName("headers")]
    public string?[][] Headers { get; init; } = [];

    /// <exception cref="FormatException">A text is not base64, or a header is not a pair.</exception>
    public RawRecord ToRecord() => new()
    {
        Topic = Topic,
        Partition = Partition,
        Offset = Offset,
        TimestampMilliseconds = Timestamp,
        Key = Bytes(Key),
        Value = Bytes(Value),
        Headers = [.. Headers.Select(Header)],
    };

    private static RecordHeader Header(string?[] pair) =>
        pair.Length == 2 ? new RecordHeader(pair[0] ?? "", Bytes(pair[1])) : throw new FormatException("A header is not a pair.");

    private static ReadOnlyMemory<byte>? Bytes(string? base64) =>
        base64 is null ? null : (ReadOnlyMemory<byte>?)Convert.FromBase64String(base64);
}

using System.Text.Json.Serialization;

namespace AuditStream.Demo.Messages;

/// <summary>A line of a captured file, as it stands there.</summary>
internal sealed record CapturedLine
{
    [JsonPropertyName("topic")]
    public required string Topic { get; init; }

    [JsonPropertyName("partition")]
    public required int Partition { get; init; }

    [JsonPropertyName("timestamp")]
    public required long Timestamp { get; init; }

    [JsonPropertyName("key_b64")]
    public required string? Key { get; init; }

    [JsonPropertyName("value_b64")]
    public required string? Value { get; init; }

    [JsonPropertyName("headers")]
    public required string?[][] Headers { get; init; }
}

using System.Text.Json.Serialization;

namespace AuditStream.Core.Emit;

/// <summary>One column in member <c>protection</c>.</summary>
internal sealed record ProtectedFieldText
{
    /// <summary>What is done to it.</summary>
    [JsonPropertyName("action")]
    public required string Action { get; init; }

    /// <summary>Its name.</summary>
    [JsonPropertyName("field")]
    public required string Field { get; init; }
}

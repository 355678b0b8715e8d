using System.Text.Json.Serialization;

namespace AuditStream.Core.Emit;

/// <summary>Member <c>protection</c> of an event, read back from its text.</summary>
internal sealed record ProtectionText
{
    /// <summary>The columns that a rule reaches.</summary>
    [JsonPropertyName("fields")]
    public required ProtectedFieldText[] Fields { get; init; }

    /// <summary>The policy's version.</summary>
    [JsonPropertyName("policy")]
    public required string Policy { get; init; }
}

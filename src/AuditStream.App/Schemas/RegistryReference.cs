using System.Text.Json.Serialization;

namespace AuditStream.App.Schemas;

/// <summary>What a schema in a registry says of another whose types it names.</summary>
internal sealed record RegistryReference
{
    /// <summary>The subject that has it.</summary>
    [JsonPropertyName("subject")]
    public string? Subject { get; init; }

    /// <summary>Which of the subject's versions.</summary>
    [JsonPropertyName("version")]
    public int Version { get; init; }
}

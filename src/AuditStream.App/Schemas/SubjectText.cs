using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuditStream.App.Schemas;

/// <summary>What a registry writes about a subject: an id, whether a schema may follow, or what is wrong.</summary>
internal sealed class SubjectText
{
    /// <summary>The schema's id; 0 when the answer has none.</summary>
    [JsonPropertyName("id")]
    public int Id { get; init; }

    /// <summary>Whether the schema may follow those that are there; null when that was not the question.</summary>
    [JsonPropertyName("is_compatible")]
    public bool? IsCompatible { get; init; }

    /// <summary>Confluent's number of what is wrong; 0 when nothing is.</summary>
    [JsonPropertyName("error_code")]
    public int Code { get; init; }

    /// <summary>What is wrong, in the registry's words.</summary>
    [JsonPropertyName("message")]
    public string? Message { get; init; }

    /// <summary>The answer; null when the text is none of a registry.</summary>
    public static SubjectText? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<SubjectText>(json);
        }
        catch (JsonException)
        {
            return null; // a page, as a gateway writes it
        }
    }
}

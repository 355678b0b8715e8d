using System.Text.Json;
using System.Text.Json.Serialization;

namespace AuditStream.App.Schemas;

/// <summary>What a registry says when it refuses.</summary>
internal sealed class RegistryFault
{
    private const int SchemaNotFound = 40403;

    /// <summary>Confluent's number of what is wrong; null when there is none.</summary>
    [JsonPropertyName("error_code")]
    public int? Code { get; init; }

    /// <summary>Apicurio's name of it.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>True when the answer says that there is no such schema. Another address than a registry's answers with 404 too, and says something
    /// else.</summary>
    public static bool SaysUnknownSchema(ReadOnlySpan<byte> body) =>
        Read(body) is { Code: SchemaNotFound } or { Name: "ArtifactNotFoundException" or "ContentNotFoundException" };

    /// <summary>True when the answer is a registry's, whatever it says.</summary>
    public static bool IsOne(ReadOnlySpan<byte> body) => Read(body) is { Code: not null };

    private static RegistryFault? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<RegistryFault>(body);
        }
        catch (JsonException)
        {
            return null; // a page
        }
    }
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AuditStream.Core.Decode.Avro;

namespace AuditStream.App.Schemas;

/// <summary>What a Confluent-compatible registry answers to <c>GET /schemas/ids/{id}</c>.</summary>
/// <remarks><c>{"schema":"…","schemaType":"AVRO","references":[{"name":"…","subject":"…","version":1}]}</c>: the schema is a string with JSON in
/// it; a type that is not named is Avro.</remarks>
internal sealed class RegistryText
{
    private const string Avro = "AVRO";

    /// <summary>The schema's own text.</summary>
    [JsonPropertyName("schema")]
    public string? Schema { get; init; }

    /// <summary>What kind of schema it is.</summary>
    [JsonPropertyName("schemaType")]
    public string? SchemaType { get; init; }

    /// <summary>Other schemas whose types it names.</summary>
    [JsonPropertyName("references")]
    public RegistryReference?[]? References { get; init; }

    /// <summary>The answer that a text gives.</summary>
    /// <param name="id">The schema's id.</param>
    /// <param name="json">The text, UTF-8.</param>
    /// <param name="from">Where it comes from, for the reason.</param>
    /// <param name="fetch">Gets the text of one that it refers to: what a registry answers for a subject's version, or why it cannot be had.</param>
    public static SchemaAnswer Read(
        SchemaId id, ReadOnlySpan<byte> json, string from, Func<RegistryReference, (byte[] Json, SchemaAnswer Failure)> fetch)
    {
        if (Parse(json) is not { Schema: not null } text)
            return SchemaAnswer.Unsupported($"What {from} holds for schema {id} is not what a registry answers: an object with a member schema.");
        if (text.SchemaType is not (null or Avro))
            return SchemaAnswer.Unsupported($"Schema {id} is of type {text.SchemaType}; Avro alone is read.");
        if (text.References is not { Length: > 0 })
            return SchemaAnswer.Found(Encoding.UTF8.GetBytes(text.Schema));
        var references = new SchemaReferences(id, from, fetch);
        return references.Add(text.References) ?? SchemaAnswer.Found(Encoding.UTF8.GetBytes(text.Schema), references.Texts);
    }

    /// <summary>True when a text is what a registry answers. Another address than a registry's may answer with 200 too, and with a page.</summary>
    public static bool IsOne(ReadOnlySpan<byte> json) => Parse(json) is { Schema: not null };

    /// <summary>What a text says; null when it is none of a registry.</summary>
    public static RegistryText? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<RegistryText>(json);
        }
        catch (JsonException)
        {
            return null; // no such answer
        }
    }
}

using System.Text;
using System.Text.Json;
using AuditStream.Core.Decode.Avro;

namespace AuditStream.App.Tests.Golden;

/// <summary>Records that are easily read wrongly, with what they mean.</summary>
/// <param name="Happened">What happened at the source.</param>
/// <param name="Meaning">What the events have to say of it, and must not say.</param>
/// <param name="Settings">The configuration, as on the command line.</param>
/// <param name="Schemas">The schemas of Avro records, by id.</param>
/// <param name="Records">The records, each as <c>explain</c> reads it.</param>
internal sealed record TrapCase(
    string Happened, string Meaning, IReadOnlyList<string> Settings, IReadOnlyDictionary<string, JsonElement> Schemas, IReadOnlyList<byte[]> Records)
    : ISchemaSource
{
    /// <summary>Reads the cases of a file.</summary>
    public static IReadOnlyList<TrapCase> Read(string path)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { MaxDepth = 256 });
        return [.. file.RootElement.EnumerateArray().Select(Of)];
    }

    /// <inheritdoc/>
    public SchemaAnswer Find(SchemaId id) => Schemas.TryGetValue(id.ToString(), out var schema)
        ? SchemaAnswer.Found(Encoding.UTF8.GetBytes(schema.GetRawText()))
        : SchemaAnswer.Unknown($"The case has no schema {id}.");

    private static TrapCase Of(JsonElement json) => new(
        json.GetProperty("happened").GetString() ?? "",
        json.GetProperty("meaning").GetString() ?? "",
        json.TryGetProperty("settings", out var settings) ? [.. settings.EnumerateArray().Select(one => one.GetString() ?? "")] : [],
        json.TryGetProperty("schemas", out var schemas)
            ? schemas.EnumerateObject().ToDictionary(one => one.Name, one => one.Value.Clone(), StringComparer.Ordinal)
            : [],
        [.. json.GetProperty("records").EnumerateArray().Select(one => Encoding.UTF8.GetBytes(one.GetRawText()))]);
}

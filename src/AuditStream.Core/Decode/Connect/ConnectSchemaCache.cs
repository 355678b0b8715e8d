using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Connect;

/// <summary>Parsed schemas by their text.</summary>
/// <remarks>The text repeats in every record of a table; 20 KB of it is common.</remarks>
internal sealed class ConnectSchemaCache
{
    /// <summary>How many schemas are kept; then all are forgotten.</summary>
    public const int MaxSchemas = 1_024;

    private readonly ConnectSchemaParser parser = new();
    private readonly Dictionary<byte[], ConnectSchema> byText = new(ByteKeyComparer.Instance);

    /// <summary>The schema of a text; null when the text is no schema.</summary>
    public ConnectSchema? Find(ReadOnlySpan<byte> schemaText)
    {
        var lookup = byText.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(schemaText, out var known))
            return known;
        var schema = parser.Parse(schemaText);
        if (schema is null)
            return null;
        if (byText.Count >= MaxSchemas)
            byText.Clear();
        lookup[schemaText] = schema;
        return schema;
    }
}

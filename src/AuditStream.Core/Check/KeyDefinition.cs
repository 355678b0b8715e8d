using System.Text.Json;

namespace AuditStream.Core.Check;

/// <summary>Reads the key of a table from what AWS DMS tells its target when it makes one.</summary>
internal static class KeyDefinition
{
    private const int MaxKeyColumns = 64;

    /// <summary>The key's columns, from <c>control.table-def.primary-key</c> of a schema event's detail; null when there is none.</summary>
    /// <param name="detail">A JSON object.</param>
    public static IReadOnlyList<string>? Read(ReadOnlySpan<byte> detail)
    {
        var reader = new Utf8JsonReader(detail);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 3 || !reader.ValueTextEquals("primary-key"u8))
                continue;
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
                return null;
            var columns = new List<string>();
            while (columns.Count < MaxKeyColumns && reader.Read() && reader.TokenType == JsonTokenType.String)
                columns.Add(reader.GetString() ?? "");
            return columns.Count == 0 ? null : columns;
        }
        return null;
    }
}

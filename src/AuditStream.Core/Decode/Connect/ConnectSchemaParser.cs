using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Connect;

/// <summary>Reads the JSON form of a Kafka Connect schema, as <c>JsonConverter</c> writes it with <c>schemas.enable=true</c>.</summary>
internal sealed class ConnectSchemaParser
{
    /// <summary>How deep a schema may be, in structs, arrays and maps.</summary>
    public const int MaxSchemaDepth = 64;

    /// <summary>The largest scale of a decimal, in digits, on either side: PostgreSQL's numeric has 16,383 after the point.</summary>
    public const int MaxScale = 200_000;

    private readonly JsonLookup tree = new();

    /// <summary>Reads a schema's text; null when it is none.</summary>
    public ConnectSchema? Parse(ReadOnlySpan<byte> schemaText)
    {
        if (!tree.Read(schemaText) || tree.Nodes[0].Token != JsonToken.Object)
            return null;
        return Node(schemaText, 0, depth: 0);
    }

    private ConnectSchema? Node(ReadOnlySpan<byte> json, int index, int depth)
    {
        if (depth > MaxSchemaDepth || tree.Nodes[index].Token != JsonToken.Object)
            return null;
        var type = tree.TextOf(json, index, "type"u8);
        var name = tree.TextOf(json, index, "name"u8) ?? "";
        if (type is null)
            return null;
        var fields = Array.Empty<ConnectSchema>();
        var names = Array.Empty<byte[]>();
        ConnectSchema? items = null;
        if (type == "struct" && !TryFields(json, index, depth, out fields, out names))
            return null;
        if (type is "array" or "map")
        {
            var inner = tree.Member(json, index, type == "array" ? "items"u8 : "values"u8);
            items = inner < 0 ? null : Node(json, inner, depth + 1);
            if (items is null)
                return null;
        }

        if (!ConnectTypes.TryFind(type, name, out var columnType, out var coding))
            return null;
        var parameters = tree.Member(json, index, "parameters"u8);
        var scale = tree.NumberOf(json, parameters, "scale"u8) ?? 0;
        var length = tree.NumberOf(json, parameters, "length"u8) ?? 0;
        if (Math.Abs((long)scale) > MaxScale || length < 0)
            return null;
        var declared = tree.Member(json, index, "default"u8);
        var optional = tree.Member(json, index, "optional"u8);
        return new ConnectSchema
        {
            Type = columnType,
            Coding = coding,
            IsOptional = optional >= 0 && tree.Nodes[optional].Token == JsonToken.True,
            Default = declared < 0 || tree.Nodes[declared].Token == JsonToken.Null ? null : tree.Nodes[declared].Slice.Of(json).ToArray(),
            Scale = scale,
            Length = length,
            Minimum = type switch { "int8" => sbyte.MinValue, "int16" => short.MinValue, _ => int.MinValue },
            Maximum = type switch { "int8" => sbyte.MaxValue, "int16" => short.MaxValue, _ => int.MaxValue },
            Fields = fields,
            FieldNames = names,
            Items = items,
        };
    }

    private bool TryFields(ReadOnlySpan<byte> json, int index, int depth, out ConnectSchema[] fields, out byte[][] names)
    {
        fields = [];
        names = [];
        var list = tree.Member(json, index, "fields"u8);
        if (list < 0)
            return true;
        if (tree.Nodes[list].Token != JsonToken.Array)
            return false;
        var count = tree.Nodes[list].Count;
        fields = new ConnectSchema[count];
        names = new byte[count][];
        var node = list + 1;
        for (var field = 0; field < count; field++)
        {
            var schema = Node(json, node, depth + 1);
            if (schema is null || !tree.TryText(json, tree.Member(json, node, "field"u8), out var name))
                return false;
            fields[field] = schema;
            names[field] = name.ToArray();
            node = tree.Nodes[node].Next;
        }

        return true;
    }
}

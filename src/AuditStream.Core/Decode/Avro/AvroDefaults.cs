using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Avro;

/// <summary>Turns a default as an Avro schema declares it into the text that a value of the type has here, so that both can be compared.</summary>
/// <remarks>Avro writes bytes as text, one character of U+0000 to U+00FF a byte. A default of a union is of its first branch.</remarks>
internal sealed class AvroDefaults
{
    private readonly JsonLookup tree;
    private readonly ByteWriter output = new();

    /// <summary>Makes it.</summary>
    /// <param name="tree">Holds the schema's text.</param>
    public AvroDefaults(JsonLookup tree) => this.tree = tree;

    /// <summary>The text of a default; null for null, for a record's, and for one that its type cannot have.</summary>
    public byte[]? TextOf(ReadOnlySpan<byte> json, int node, AvroSchema schema)
    {
        output.Clear();
        return tree.Nodes[node].Token != JsonToken.Null && TryWrite(json, node, schema) ? output.Written.ToArray() : null;
    }

    private bool TryWrite(ReadOnlySpan<byte> json, int node, AvroSchema schema)
    {
        var token = tree.Nodes[node].Token;
        var text = tree.Nodes[node].Slice.Of(json);
        switch (schema.Kind)
        {
            case AvroKind.Union when !schema.IsTagged:
                return TryWrite(json, node, schema.Children[0]);
            case AvroKind.Null when token == JsonToken.Null:
            case AvroKind.Boolean when token is JsonToken.True or JsonToken.False:
            case AvroKind.Int or AvroKind.Long or AvroKind.Float or AvroKind.Double when token == JsonToken.Number:
                output.Write(text);
                return true;
            case AvroKind.Bytes or AvroKind.Fixed:
                return TryBytes(json, node);
            case AvroKind.String or AvroKind.Enum when tree.TryText(json, node, out var content):
                output.Write((byte)'"');
                JsonText.Escape(content, output);
                output.Write((byte)'"');
                return true;
            case AvroKind.Array when token == JsonToken.Array && !schema.IsPairs:
                return TryContainer(json, node, schema.Children[0], '[', ']');
            case AvroKind.Map when token == JsonToken.Object:
                return TryContainer(json, node, schema.Children[0], '{', '}');
            default:
                return false;
        }
    }

    private bool TryContainer(ReadOnlySpan<byte> json, int node, AvroSchema item, char open, char close)
    {
        output.Write((byte)open);
        var child = node + 1;
        for (var left = tree.Nodes[node].Count; left > 0; left--, child = tree.Nodes[child].Next)
        {
            if (child != node + 1)
                output.Write((byte)',');
            if (open == '{')
            {
                output.Write((byte)'"');
                output.Write(json.Slice(tree.Nodes[child].NameStart, tree.Nodes[child].NameLength));
                output.Write("\":"u8);
            }

            if (!TryWrite(json, child, item))
                return false;
        }

        output.Write((byte)close);
        return true;
    }

    private bool TryBytes(ReadOnlySpan<byte> json, int node)
    {
        if (tree.Nodes[node].Token != JsonToken.String)
            return false;
        // U+0000 is a byte here, so what the lookup says about it does not count.
        tree.TryText(json, node, out var content);
        return LatinBytes.TryWrite(content, output);
    }
}

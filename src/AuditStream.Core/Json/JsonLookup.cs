using System.Buffers.Text;
using System.Text;

namespace AuditStream.Core.Json;

/// <summary>Members by name in a small JSON text that is kept as a tree: for schemas, not for records. Reused.</summary>
internal sealed class JsonLookup
{
    private readonly JsonTree tree = new();
    private readonly ByteWriter text = new();

    /// <summary>The nodes; the first is the value itself.</summary>
    public ReadOnlySpan<JsonNode> Nodes => tree.Nodes;

    /// <summary>Reads a whole text; false when it is not one JSON value.</summary>
    public bool Read(ReadOnlySpan<byte> json) => tree.ReadWhole(json, out _) == JsonFault.None;

    /// <summary>The node of an object's member; -1 when there is none, or no object.</summary>
    public int Member(ReadOnlySpan<byte> json, int index, ReadOnlySpan<byte> name) => tree.Member(json, index, name);

    /// <summary>A string's content in UTF-8, valid until the next call; false when the node is no string, or one that holds U+0000 or a lone
    /// surrogate.</summary>
    public bool TryText(ReadOnlySpan<byte> json, int node, out ReadOnlySpan<byte> content)
    {
        text.Clear();
        var isText = node >= 0 && tree.Nodes[node].Token == JsonToken.String && JsonText.Unescape(tree.Nodes[node].Slice.ContentOf(json), text);
        content = text.Written;
        return isText;
    }

    /// <summary>The text of an object's member; null when it has none of that name, or no text there.</summary>
    public string? TextOf(ReadOnlySpan<byte> json, int index, ReadOnlySpan<byte> name) =>
        TryText(json, Member(json, index, name), out var content) ? Encoding.UTF8.GetString(content) : null;

    /// <summary>A whole number that may be written as a string; null when the member is none.</summary>
    public int? NumberOf(ReadOnlySpan<byte> json, int index, ReadOnlySpan<byte> name)
    {
        var node = Member(json, index, name);
        if (node < 0)
            return null;
        var slice = tree.Nodes[node].Slice;
        var digits = slice.Token == JsonToken.String ? slice.ContentOf(json) : slice.Of(json);
        return Utf8Parser.TryParse(digits, out int value, out var used) && used == digits.Length ? value : null;
    }
}

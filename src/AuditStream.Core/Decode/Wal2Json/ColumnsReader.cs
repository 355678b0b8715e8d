using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Wal2Json;

/// <summary>Reads the columns of one image in either version's form, as members with types. Reused.</summary>
/// <remarks>
/// <code>
/// version 1   "columnnames":["id"],"columntypes":["integer"],"columnvalues":[1]      oldkeys: keynames, keytypes, keyvalues
/// version 2   "columns":[{"name":"id","type":"integer","value":1}]                  identity: the same
/// </code>
/// </remarks>
internal sealed class ColumnsReader
{
    private readonly MemberList columns = new();
    private readonly DeclaredTypes types;

    /// <summary>Makes a reader.</summary>
    public ColumnsReader(DeclaredTypes types) => this.types = types;

    /// <summary>The columns.</summary>
    public ReadOnlySpan<TapeMember> Members => columns.Members;

    /// <summary>Their types; null when the record does not tell them.</summary>
    public ConnectSchema? Types { get; private set; }

    /// <summary>Reads three arrays of one length, the types of which may be missing.</summary>
    public Rejection? ReadArrays(ReadOnlySpan<byte> text, JsonTree tree, int names, int typeNames, int values, int at)
    {
        Begin();
        var nodes = tree.Nodes;
        if (!IsArray(tree, names) || !IsArray(tree, values) || nodes[names].Count != nodes[values].Count)
            return new Rejection(RejectionCode.InvalidMember, "A change has no arrays of names and values of one length.", at);
        var isTyped = IsArray(tree, typeNames) && nodes[typeNames].Count == nodes[names].Count;
        var (name, type, value) = (names + 1, typeNames + 1, values + 1);
        for (var left = nodes[names].Count; left > 0; left--)
        {
            if (nodes[name].Token != JsonToken.String)
                return new Rejection(RejectionCode.InvalidMember, "A column's name is no string.", nodes[name].Start);
            columns.Add(nodes[name].Slice, nodes[value].Slice);
            if (isTyped && nodes[type].Token == JsonToken.String)
                types.Add(nodes[name].Slice.ContentOf(text), nodes[type].Slice.ContentOf(text));
            (name, value) = (nodes[name].Next, nodes[value].Next);
            if (isTyped)
                type = nodes[type].Next;
        }

        Types = types.Find();
        return null;
    }

    /// <summary>Reads an array of objects, the root of a tree.</summary>
    public Rejection? ReadObjects(ReadOnlySpan<byte> text, JsonTree tree)
    {
        Begin();
        var nodes = tree.Nodes;
        for (int node = 1, left = nodes[0].Count; left > 0; left--, node = nodes[node].Next)
        {
            var name = tree.Member(text, node, "name"u8);
            var value = tree.Member(text, node, "value"u8);
            if (name < 0 || value < 0 || nodes[name].Token != JsonToken.String)
                return new Rejection(RejectionCode.InvalidMember, "A column is no object with a name and a value.", nodes[node].Start);
            columns.Add(nodes[name].Slice, nodes[value].Slice);
            var type = tree.Member(text, node, "type"u8);
            if (type >= 0 && nodes[type].Token == JsonToken.String)
                types.Add(nodes[name].Slice.ContentOf(text), nodes[type].Slice.ContentOf(text));
        }

        Types = types.Find();
        return null;
    }

    private static bool IsArray(JsonTree tree, int node) => node >= 0 && tree.Nodes[node].Token == JsonToken.Array;

    private void Begin()
    {
        columns.Clear();
        types.Clear();
        Types = null;
    }
}

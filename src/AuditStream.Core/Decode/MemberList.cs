using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>The columns of a row whose names and values do not stand on the tape, as members that do. Reused.</summary>
internal sealed class MemberList
{
    private TapeMember[] members = new TapeMember[32];
    private int count;

    /// <summary>The members.</summary>
    public ReadOnlySpan<TapeMember> Members => members.AsSpan(0, count);

    /// <summary>Forgets all members.</summary>
    public void Clear() => count = 0;

    /// <summary>Adds the members of an object in a tree.</summary>
    public void AddAll(JsonTree tree, int index)
    {
        var nodes = tree.Nodes;
        for (int node = index + 1, left = nodes[index].Count; left > 0; left--, node = nodes[node].Next)
            Add(nodes[node].NameStart, nodes[node].NameLength, nodes[node].Slice);
    }

    /// <summary>Adds a member whose name is the content of a string.</summary>
    public void Add(in JsonSlice name, in JsonSlice value) => Add(name.Start + 1, name.Length - 2, value);

    private void Add(int nameStart, int nameLength, in JsonSlice value)
    {
        if (count == members.Length)
            Array.Resize(ref members, 2 * count);
        var isContainer = value.Token is JsonToken.Object or JsonToken.Array;
        members[count++] = new TapeMember
        {
            NameStart = nameStart,
            NameLength = nameLength,
            Start = value.Start,
            Length = value.Length,
            Token = value.Token,
            // A tree does not say what a container's text holds.
            Flags = isContainer ? JsonTextFlags.Members | JsonTextFlags.Blank | JsonTextFlags.Escape : value.Flags,
        };
    }
}

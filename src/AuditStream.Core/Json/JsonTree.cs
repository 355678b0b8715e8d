using System.Runtime.CompilerServices;

namespace AuditStream.Core.Json;

/// <summary>One JSON value as a flat list of its nodes, each container before its content. Also the reader that only passes over a value.
/// Iterative: depth costs one bit, not a stack frame. Reused.</summary>
internal sealed class JsonTree
{
    /// <summary>How deep a kept tree may be, in containers: what walks over it may recurse.</summary>
    public const int MaxKeptDepth = 1_200;

    /// <summary>How many nodes stay allocated for the next value; the room of a larger value is given back.</summary>
    public const int MaxIdleNodes = 65_536;

    private JsonNode[] nodes = new JsonNode[64];
    private ulong[] objectBits = new ulong[16];
    private int count;

    /// <summary>The nodes; the first is the value itself.</summary>
    public ReadOnlySpan<JsonNode> Nodes => nodes.AsSpan(0, count);

    /// <summary>How many containers were open at most.</summary>
    public int Depth { get; private set; }

    /// <summary>What the text holds.</summary>
    public JsonTextFlags Flags { get; private set; }

    /// <summary>The node of an object's member, by its name as written; -1 when there is none, or no object.</summary>
    public int Member(ReadOnlySpan<byte> text, int index, ReadOnlySpan<byte> name)
    {
        if (index < 0 || nodes[index].Token != JsonToken.Object)
            return -1;
        for (int node = index + 1, left = nodes[index].Count; left > 0; left--, node = nodes[node].Next)
        {
            if (text.Slice(nodes[node].NameStart, nodes[node].NameLength).SequenceEqual(name))
                return node;
        }

        return -1;
    }

    /// <summary>Reads a whole text that must be one value, and keeps its nodes.</summary>
    public JsonFault ReadWhole(ReadOnlySpan<byte> text, out int position)
    {
        position = JsonScanner.SkipBlank(text, 0);
        var fault = Read(text, ref position, keep: true);
        if (fault != JsonFault.None)
            return fault;
        position = JsonScanner.SkipBlank(text, position);
        return position == text.Length ? JsonFault.None : JsonFault.Malformed;
    }

    /// <summary>Reads the value that starts at a position and moves behind it; with a fault, the position is where it is.</summary>
    public JsonFault Read(ReadOnlySpan<byte> text, ref int position, bool keep)
    {
        if (nodes.Length > MaxIdleNodes)
            nodes = new JsonNode[64];
        count = 0;
        Depth = 0;
        Flags = JsonTextFlags.None;
        var depth = 0;
        var parent = -1;
        var inObject = false;
        while (true)
        {
            // A value (in an object: a member) starts here.
            if (keep)
                Append(parent, depth);
            if (inObject && !TryName(text, ref position, keep))
                return JsonScanner.FaultAt(text, position);
            if (position >= text.Length)
                return JsonFault.Truncated;
            var first = text[position];
            if (first is (byte)'{' or (byte)'[')
            {
                if (keep && depth == MaxKeptDepth)
                    return JsonFault.TooDeep;
                if (keep)
                    parent = Open(position, first);
                inObject = Push(ref depth, first == '{');
                var after = SkipBlank(text, position + 1);
                position = after;
                if (after < text.Length && text[after] != (inObject ? (byte)'}' : (byte)']'))
                {
                    if (inObject)
                        Flags |= JsonTextFlags.Members;
                    continue;
                }
            }
            else
            {
                var start = position;
                if (!JsonScanner.TryScalar(text, ref position, out var token, out var escaped))
                    return JsonScanner.FaultAt(text, position);
                if (escaped)
                    Flags |= JsonTextFlags.Escape;
                if (keep)
                    Fill(count - 1, start, position, token, escaped ? JsonTextFlags.Escape : JsonTextFlags.None);
            }

            if (!TryClose(text, ref position, ref depth, ref parent, ref inObject, keep, out var done))
                return JsonScanner.FaultAt(text, position);
            if (done)
                return JsonFault.None;
        }
    }

    /// <summary>After a value: closes what ends here and goes to the next value, if there is one.</summary>
    private bool TryClose(
        ReadOnlySpan<byte> text, ref int position, ref int depth, ref int parent, ref bool inObject, bool keep, out bool done)
    {
        done = false;
        while (depth > 0)
        {
            position = SkipBlank(text, position);
            if (position >= text.Length)
                return false;
            var next = text[position];
            if (next == ',')
            {
                position = SkipBlank(text, position + 1);
                return true;
            }

            if (next != (inObject ? (byte)'}' : (byte)']'))
                return false;
            position++;
            depth--;
            inObject = depth > 0 && (objectBits[(depth - 1) >> 6] & (1UL << ((depth - 1) & 63))) != 0;
            if (keep)
            {
                ref var node = ref nodes[parent];
                node.Length = position - node.Start;
                parent = node.Next;
                node.Next = count;
            }
        }

        done = true;
        return true;
    }

    private bool TryName(ReadOnlySpan<byte> text, ref int position, bool keep)
    {
        if (position >= text.Length || text[position] != '"')
            return false;
        var start = position + 1;
        if (!JsonScanner.TryString(text, ref position, out var escaped))
            return false;
        if (escaped)
            Flags |= JsonTextFlags.Escape;
        if (keep)
        {
            ref var node = ref nodes[count - 1];
            node.NameStart = start;
            node.NameLength = position - 1 - start;
            node.NameEscaped = escaped;
        }

        position = SkipBlank(text, position);
        if (position >= text.Length || text[position] != ':')
            return false;
        position = SkipBlank(text, position + 1);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SkipBlank(ReadOnlySpan<byte> text, int position)
    {
        var after = JsonScanner.SkipBlank(text, position);
        if (after != position)
            Flags |= JsonTextFlags.Blank;
        return after;
    }

    private bool Push(ref int depth, bool isObject)
    {
        var word = depth >> 6;
        if (word == objectBits.Length)
            Array.Resize(ref objectBits, 2 * word);
        var bit = 1UL << (depth & 63);
        objectBits[word] = isObject ? objectBits[word] | bit : objectBits[word] & ~bit;
        depth++;
        Depth = Math.Max(Depth, depth);
        if (depth > MaxKeptDepth)
            Flags |= JsonTextFlags.Deep;
        return isObject;
    }

    private void Append(int parent, int depth)
    {
        if (count == nodes.Length)
            Array.Resize(ref nodes, 2 * count);
        nodes[count++] = new JsonNode { NameStart = -1, Next = parent };
        if (depth > 0)
            nodes[parent].Count++;
    }

    private int Open(int position, byte first)
    {
        ref var node = ref nodes[count - 1];
        node.Start = position;
        node.Token = first == '{' ? JsonToken.Object : JsonToken.Array;
        return count - 1;
    }

    private void Fill(int index, int start, int end, JsonToken token, JsonTextFlags flags)
    {
        ref var node = ref nodes[index];
        node.Start = start;
        node.Length = end - start;
        node.Next = index + 1;
        node.Token = token;
        node.Flags = flags;
    }
}

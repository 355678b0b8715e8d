using System.Buffers;
using System.Buffers.Text;
using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Values;

/// <summary>Arrays, maps, structs and JSON documents to canonical JSON: members in code-unit order, no white space, canonical strings,
/// numbers as they stand.</summary>
/// <remarks>Recursion is bounded by <see cref="JsonTree.MaxKeptDepth"/>: what is deeper must be encoded, as must duplicate members,
/// U+0000 and lone surrogates.</remarks>
internal sealed class NestedWriter
{
    /// <summary>How many members are sorted by whole comparisons.</summary>
    private const int MaxSifted = 32;

    /// <summary>How often eight bytes of names that begin alike are taken; longer ones are few.</summary>
    private const int MaxKeys = 8;

    private readonly JsonTree tree = new();
    private readonly ByteWriter names = new();
    private readonly ScalarWriter? scalars;
    private (int Start, int Length)[] decodedNames = [];
    private int[] order = new int[64];
    private int orderCount;

    /// <summary>Makes a writer; without scalars, for values without schema.</summary>
    public NestedWriter(ScalarWriter? scalars) => this.scalars = scalars;

    /// <summary>Writes a whole text that must be one JSON value.</summary>
    public ConversionStatus Write(ReadOnlySpan<byte> text, ConnectSchema? schema, ByteWriter output)
    {
        var fault = tree.ReadWhole(text, out _);
        if (fault != JsonFault.None)
            return fault == JsonFault.TooDeep ? ConversionStatus.MustEncode : ConversionStatus.Invalid;
        orderCount = 0;
        if ((tree.Flags & JsonTextFlags.Escape) != 0 && !TryDecodeNames(text))
            return ConversionStatus.MustEncode;
        return WriteNode(text, 0, schema, output);
    }

    private ConversionStatus WriteNode(ReadOnlySpan<byte> text, int index, ConnectSchema? schema, ByteWriter output)
    {
        ref readonly var node = ref tree.Nodes[index];
        if (node.Token == JsonToken.Null)
        {
            output.Write("null"u8);
            return ConversionStatus.Done;
        }

        var isObject = node.Token == JsonToken.Object;
        var isArray = node.Token == JsonToken.Array;
        switch (schema?.Coding ?? ValueCoding.Untyped)
        {
            case ValueCoding.VariableScaleDecimal:
                return isObject ? WriteVariableScale(text, index, output) : ConversionStatus.Invalid;
            case ValueCoding.Array:
                return isArray ? WriteArray(text, index, schema?.Items, output) : ConversionStatus.Invalid;
            case ValueCoding.Map when isArray:
                return WritePairs(text, index, schema?.Items, output);
            case ValueCoding.Map or ValueCoding.Struct:
                return isObject ? WriteObject(text, index, schema, output) : ConversionStatus.Invalid;
            case ValueCoding.Untyped when isObject:
                return WriteObject(text, index, schema: null, output);
            case ValueCoding.Untyped when isArray:
                return WriteArray(text, index, items: null, output);
            default:
                return scalars is null ? WriteUntyped(text, node.Slice, output) : scalars.Write(text, node.Slice, schema, output);
        }
    }

    private static ConversionStatus WriteUntyped(ReadOnlySpan<byte> text, in JsonSlice slice, ByteWriter output)
    {
        if (!slice.IsEscaped)
        {
            output.Write(slice.Of(text));
            return ConversionStatus.Done;
        }

        output.Write((byte)'"');
        if (!JsonText.Canonicalize(slice.ContentOf(text), output))
            return ConversionStatus.MustEncode;
        output.Write((byte)'"');
        return ConversionStatus.Done;
    }

    private ConversionStatus WriteArray(ReadOnlySpan<byte> text, int index, ConnectSchema? items, ByteWriter output)
    {
        output.Write((byte)'[');
        var element = index + 1;
        for (var left = tree.Nodes[index].Count; left > 0; left--)
        {
            if (element != index + 1)
                output.Write((byte)',');
            var status = WriteNode(text, element, items, output);
            if (status != ConversionStatus.Done)
                return status;
            element = tree.Nodes[element].Next;
        }

        output.Write((byte)']');
        return ConversionStatus.Done;
    }

    /// <summary>A map whose keys are no strings: an array of pairs on the wire, and here.</summary>
    private ConversionStatus WritePairs(ReadOnlySpan<byte> text, int index, ConnectSchema? values, ByteWriter output)
    {
        output.Write((byte)'[');
        var pair = index + 1;
        for (var left = tree.Nodes[index].Count; left > 0; left--)
        {
            if (tree.Nodes[pair].Token != JsonToken.Array || tree.Nodes[pair].Count != 2)
                return ConversionStatus.Invalid;
            output.Write(pair == index + 1 ? "["u8 : ",["u8);
            var status = WriteNode(text, pair + 1, schema: null, output);
            output.Write((byte)',');
            if (status == ConversionStatus.Done)
                status = WriteNode(text, tree.Nodes[pair + 1].Next, values, output);
            if (status != ConversionStatus.Done)
                return status;
            output.Write((byte)']');
            pair = tree.Nodes[pair].Next;
        }

        output.Write((byte)']');
        return ConversionStatus.Done;
    }

    private ConversionStatus WriteObject(ReadOnlySpan<byte> text, int index, ConnectSchema? schema, ByteWriter output)
    {
        var count = tree.Nodes[index].Count;
        var first = orderCount;
        if (!TryOrder(text, index, count))
            return ConversionStatus.MustEncode;
        output.Write((byte)'{');
        for (var member = 0; member < count; member++)
        {
            var child = order[first + member];
            if (member > 0)
                output.Write((byte)',');
            output.Write((byte)'"');
            JsonText.Escape(NameOf(text, child), output);
            output.Write("\":"u8);
            var inner = schema?.Coding == ValueCoding.Map ? schema.Items : schema?.Field(NameOf(text, child), member);
            var status = WriteNode(text, child, inner, output);
            if (status != ConversionStatus.Done)
                return status;
        }

        orderCount = first;
        output.Write((byte)'}');
        return ConversionStatus.Done;
    }

    private ConversionStatus WriteVariableScale(ReadOnlySpan<byte> text, int index, ByteWriter output)
    {
        var scale = -1;
        var unscaled = -1;
        for (int child = index + 1, left = tree.Nodes[index].Count; left > 0; left--, child = tree.Nodes[child].Next)
        {
            var name = NameOf(text, child);
            if (name.SequenceEqual("scale"u8))
                scale = child;
            else if (name.SequenceEqual("value"u8))
                unscaled = child;
        }

        if (scale < 0 || unscaled < 0 || tree.Nodes[unscaled].Token != JsonToken.String)
            return ConversionStatus.Invalid;
        var digits = tree.Nodes[scale].Slice.Of(text);
        return Utf8Parser.TryParse(digits, out int places, out var used) && used == digits.Length
            && DecimalWriter.TryWrite(tree.Nodes[unscaled].Slice.ContentOf(text), places, output)
            ? ConversionStatus.Done
            : ConversionStatus.Invalid;
    }

    /// <summary>Puts an object's members in canonical order; false when a name is there twice.</summary>
    private bool TryOrder(ReadOnlySpan<byte> text, int index, int count)
    {
        if (order.Length < orderCount + count)
            Array.Resize(ref order, Math.Max(orderCount + count, 2 * order.Length));
        var mine = order.AsSpan(orderCount, count);
        orderCount += count;
        var sorted = true;
        var child = index + 1;
        for (var member = 0; member < count; member++)
        {
            mine[member] = child;
            sorted = sorted && (member == 0 || CodeUnitOrder.Compare(NameOf(text, mine[member - 1]), NameOf(text, child)) < 0);
            child = tree.Nodes[child].Next;
        }

        if (sorted)
            return true;
        Sort(text, mine, depth: 0);
        for (var member = 1; member < count; member++)
        {
            if (NameOf(text, mine[member - 1]).SequenceEqual(NameOf(text, mine[member])))
                return false;
        }

        return true;
    }

    /// <summary>Sorts many members by eight bytes of their names at a time: whole comparisons of the names of a hostile object take too long.</summary>
    private void Sort(ReadOnlySpan<byte> text, Span<int> children, int depth)
    {
        if (children.Length <= MaxSifted || depth == MaxKeys)
        {
            HeapSort(text, children);
            return;
        }

        var rented = ArrayPool<ulong>.Shared.Rent(children.Length);
        var keys = rented.AsSpan(0, children.Length);
        for (var member = 0; member < keys.Length; member++)
            keys[member] = KeyOf(NameOf(text, children[member]), depth * sizeof(ulong));
        keys.Sort(children);
        for (int first = 0, next = 1; first < keys.Length; first = next++)
        {
            while (next < keys.Length && keys[next] == keys[first])
                next++;
            // A key that ends with zero holds the end of the name: then all these names are the same.
            if (next - first > 1 && (byte)keys[first] != 0)
                Sort(text, children[first..next], depth + 1);
        }

        ArrayPool<ulong>.Shared.Return(rented);
    }

    /// <summary>Eight bytes of a name, as a number that stands in the order of code units; zeros behind its end.</summary>
    private static ulong KeyOf(ReadOnlySpan<byte> name, int from)
    {
        ulong key = 0;
        for (var at = from; at < from + sizeof(ulong); at++)
        {
            uint letter = at < name.Length ? name[at] : 0u;
            // U+E000 to U+FFFF stand behind what takes two code units.
            key = (key << 8) | (letter is 0xEE or 0xEF ? letter + 0x10 : letter);
        }

        return key;
    }

    // By hand: Span.Sort with a comparer that sees the text would allocate on every call.
    private void HeapSort(ReadOnlySpan<byte> text, Span<int> children)
    {
        for (var root = children.Length / 2 - 1; root >= 0; root--)
            Sift(text, children, root);
        for (var end = children.Length - 1; end > 0; end--)
        {
            (children[0], children[end]) = (children[end], children[0]);
            Sift(text, children[..end], 0);
        }
    }

    private void Sift(ReadOnlySpan<byte> text, Span<int> children, int root)
    {
        while (2 * root + 1 < children.Length)
        {
            var larger = 2 * root + 1;
            if (larger + 1 < children.Length
                && CodeUnitOrder.Compare(NameOf(text, children[larger]), NameOf(text, children[larger + 1])) < 0)
                larger++;
            if (CodeUnitOrder.Compare(NameOf(text, children[root]), NameOf(text, children[larger])) >= 0)
                return;
            (children[root], children[larger]) = (children[larger], children[root]);
            root = larger;
        }
    }

    private ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> text, int index)
    {
        ref readonly var node = ref tree.Nodes[index];
        return node.NameEscaped
            ? names.Written.Slice(decodedNames[index].Start, decodedNames[index].Length)
            : text.Slice(node.NameStart, node.NameLength);
    }

    private bool TryDecodeNames(ReadOnlySpan<byte> text)
    {
        names.Clear();
        var nodes = tree.Nodes;
        if (decodedNames.Length < nodes.Length)
            decodedNames = new (int Start, int Length)[Math.Max(nodes.Length, 2 * decodedNames.Length)];
        for (var index = 0; index < nodes.Length; index++)
        {
            if (!nodes[index].NameEscaped)
                continue;
            var start = names.Length;
            if (!JsonText.Unescape(text.Slice(nodes[index].NameStart, nodes[index].NameLength), names))
                return false;
            decodedNames[index] = (start, names.Length - start);
        }

        return true;
    }
}

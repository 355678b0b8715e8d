using System.Buffers.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Values;
using AuditStream.Core.Json;

namespace AuditStream.Core.Diff;

/// <summary>What differs inside two JSON documents, by JSON Pointer (RFC 6901).</summary>
/// <remarks>
/// <code>
/// old {"a":{"b":1,"c":[1,2]}}  now {"a":{"b":2,"c":[1]},"d":null}
///
/// [{"new":2,"old":1,"path":"/a/b"},{"old":2,"path":"/a/c/1"},{"new":null,"path":"/d"}]
/// </code>
/// <para>Members are compared by name, elements of arrays by index, numbers as numbers. What is on one side only has only <c>old</c> or only
/// <c>new</c>. Deeper than <see cref="MaxDepth"/> a difference is that of the whole value. A document in a text is read as the document.</para>
/// <para>One instance per task; not thread-safe; what it holds is valid until the next comparison.</para>
/// </remarks>
internal sealed class JsonPaths
{
    /// <summary>How large a document may be, in bytes of its canonical text; a larger one is not compared inside.</summary>
    public const int MaxDocumentBytes = 262_144;

    /// <summary>How deep members and elements are compared, in containers.</summary>
    public const int MaxDepth = 32;

    /// <summary>How many differences are listed.</summary>
    public const int MaxPaths = 256;

    /// <summary>How long the list may be, in bytes.</summary>
    public const int MaxListBytes = 65_536;

    private readonly NestedWriter documents = new(scalars: null);
    private readonly ByteWriter plain = new(256);
    private readonly Side left = new();
    private readonly Side right = new();
    private readonly ByteWriter pointer = new(256);
    private readonly ByteWriter list = new(256);
    private readonly List<(Range New, Range Old, Range Path)> places = [];

    /// <summary>The differences as a canonical JSON array.</summary>
    public ReadOnlySpan<byte> List => list.Written;

    /// <summary>How many differences there are.</summary>
    public int Count => places.Count;

    /// <summary>False when there are more differences than are listed.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Compares two values, given as canonical JSON; false when they are not two objects or two arrays within the limits.</summary>
    public bool TryCompare(ReadOnlySpan<byte> old, ReadOnlySpan<byte> now)
    {
        if (!TryTake(old, left) || !TryTake(now, right) || left.Tree.Nodes[0].Token != right.Tree.Nodes[0].Token)
            return false;
        pointer.Clear();
        list.Clear();
        places.Clear();
        IsWhole = true;
        list.Write((byte)'[');
        Compare(0, 0, depth: 0);
        list.Write((byte)']');
        return true;
    }

    /// <summary>One difference out of the list: the values as JSON, empty for nothing, and the pointer as a canonical string's content.</summary>
    public void Get(int index, out ReadOnlySpan<byte> now, out ReadOnlySpan<byte> old, out ReadOnlySpan<byte> path)
    {
        var place = places[index];
        now = list.Written[place.New];
        old = list.Written[place.Old];
        path = list.Written[place.Path];
    }

    private bool TryTake(ReadOnlySpan<byte> value, Side side)
    {
        // Escapes make a text longer than the document in it, sixfold at most.
        if (value.Length > 6 * MaxDocumentBytes)
            return false;
        side.Text.Clear();
        if (value[0] == '"')
        {
            plain.Clear();
            if (value.Length < 4 || !JsonText.Unescape(value[1..^1], plain)
                || documents.Write(plain.Written, schema: null, side.Text) != ConversionStatus.Done)
                return false;
        }
        else if (value[0] is (byte)'{' or (byte)'[')
        {
            side.Text.Write(value);
        }

        return side.Text.Length is > 0 and <= MaxDocumentBytes && side.Text.Written[0] is (byte)'{' or (byte)'['
            && side.Tree.ReadWhole(side.Text.Written, out _) == JsonFault.None;
    }

    private void Compare(int old, int now, int depth)
    {
        var (first, second) = (left.Tree.Nodes[old], right.Tree.Nodes[now]);
        var before = first.Slice.Of(left.Text.Written);
        var after = second.Slice.Of(right.Text.Written);
        if (before.SequenceEqual(after))
            return;
        if (first.Token == second.Token && depth < MaxDepth && first.Token == JsonToken.Object)
            CompareMembers(old, now, depth);
        else if (first.Token == second.Token && depth < MaxDepth && first.Token == JsonToken.Array)
            CompareElements(old, now, depth);
        else if (!ValueEquality.AreEqual(before, after, ColumnType.Json))
            Add(before, after);
    }

    private void CompareMembers(int old, int now, int depth)
    {
        var (first, second) = (old + 1, now + 1);
        var (firstLeft, secondLeft) = (left.Tree.Nodes[old].Count, right.Tree.Nodes[now].Count);
        while (IsWhole && firstLeft + secondLeft > 0)
        {
            var order = firstLeft == 0 ? 1 : secondLeft == 0 ? -1 : CodeUnitOrder.Compare(left.NameOf(first), right.NameOf(second));
            var back = pointer.Length;
            WriteName(order <= 0 ? left : right, order <= 0 ? first : second);
            if (order == 0)
                Compare(first, second, depth + 1);
            else
                Add(order < 0 ? left.TextOf(first) : default, order > 0 ? right.TextOf(second) : default);
            pointer.Truncate(back);
            if (order <= 0)
                (first, firstLeft) = (left.Tree.Nodes[first].Next, firstLeft - 1);
            if (order >= 0)
                (second, secondLeft) = (right.Tree.Nodes[second].Next, secondLeft - 1);
        }
    }

    private void CompareElements(int old, int now, int depth)
    {
        var (first, second) = (old + 1, now + 1);
        var (firstCount, secondCount) = (left.Tree.Nodes[old].Count, right.Tree.Nodes[now].Count);
        for (var index = 0; IsWhole && index < Math.Max(firstCount, secondCount); index++)
        {
            var back = pointer.Length;
            pointer.Write((byte)'/');
            Utf8Formatter.TryFormat(index, pointer.GetSpan(10), out var digits); // 10 bytes hold every index.
            pointer.Advance(digits);
            if (index < firstCount && index < secondCount)
                Compare(first, second, depth + 1);
            else
                Add(index < firstCount ? left.TextOf(first) : default, index < secondCount ? right.TextOf(second) : default);
            pointer.Truncate(back);
            if (index < firstCount)
                first = left.Tree.Nodes[first].Next;
            if (index < secondCount)
                second = right.Tree.Nodes[second].Next;
        }
    }

    /// <summary>Adds a name to the pointer. As canonical JSON has it, but for the two characters that RFC 6901 escapes in its own way: no escape of
    /// JSON has them in it.</summary>
    private void WriteName(Side side, int node)
    {
        pointer.Write((byte)'/');
        foreach (var value in side.WrittenNameOf(node))
        {
            if (value == '~')
                pointer.Write("~0"u8);
            else if (value == '/')
                pointer.Write("~1"u8);
            else
                pointer.Write(value);
        }
    }

    /// <summary>Adds a difference; an empty text stands for nothing.</summary>
    private void Add(ReadOnlySpan<byte> old, ReadOnlySpan<byte> now)
    {
        if (places.Count == MaxPaths || list.Length + old.Length + now.Length + pointer.Length + 32 > MaxListBytes)
        {
            IsWhole = false;
            return;
        }

        list.Write(places.Count == 0 ? "{"u8 : ",{"u8);
        var newPlace = WriteMember("\"new\":"u8, now);
        var oldPlace = WriteMember("\"old\":"u8, old);
        list.Write("\"path\":\""u8);
        places.Add((newPlace, oldPlace, list.Length..(list.Length + pointer.Length)));
        list.Write(pointer.Written);
        list.Write("\"}"u8);
    }

    private Range WriteMember(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return default;
        list.Write(name);
        var place = list.Length..(list.Length + text.Length);
        list.Write(text);
        list.Write((byte)',');
        return place;
    }

    /// <summary>One of the two documents.</summary>
    private sealed class Side
    {
        private readonly ByteWriter name = new(64);

        public ByteWriter Text { get; } = new(256);

        public JsonTree Tree { get; } = new();

        public ReadOnlySpan<byte> TextOf(int node) => Tree.Nodes[node].Slice.Of(Text.Written);

        public ReadOnlySpan<byte> WrittenNameOf(int node) => Text.Written.Slice(Tree.Nodes[node].NameStart, Tree.Nodes[node].NameLength);

        /// <summary>A member's name without escapes, valid until the next.</summary>
        public ReadOnlySpan<byte> NameOf(int node)
        {
            if (!Tree.Nodes[node].NameEscaped)
                return WrittenNameOf(node);
            name.Clear();
            JsonText.Unescape(WrittenNameOf(node), name);
            return name.Written;
        }
    }
}

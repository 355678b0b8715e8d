using System.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>The layout of a key whose columns the records name. Records of a table repeat the names, so the layout is kept.</summary>
internal sealed class NamedKey
{
    private readonly ByteWriter names = new(64);
    private byte[] known = [];
    private ColumnLayout? layout;

    /// <summary>Starts the names of a record.</summary>
    public void Clear() => names.Clear();

    /// <summary>Adds a column by its name, as written.</summary>
    public void Add(ReadOnlySpan<byte> name)
    {
        names.Write(name);
        // No name holds a line feed unescaped.
        names.Write((byte)'\n');
    }

    /// <summary>Adds the columns that an array of texts names; none for anything else.</summary>
    /// <param name="text">The record.</param>
    /// <param name="columns">The array.</param>
    /// <param name="tree">Reads it.</param>
    public void AddAll(ReadOnlySpan<byte> text, in JsonSlice columns, JsonTree tree)
    {
        var position = columns.Start;
        if (columns.Token != JsonToken.Array || tree.Read(text, ref position, keep: true) != JsonFault.None)
            return;
        for (int node = 1, left = tree.Nodes[0].Count; left > 0; left--, node = tree.Nodes[node].Next)
        {
            if (tree.Nodes[node].Token == JsonToken.String)
                Add(tree.Nodes[node].Slice.ContentOf(text));
        }
    }

    /// <summary>The layout of the columns; null when none was named, or one by a name that no event can hold.</summary>
    public ColumnLayout? Layout()
    {
        if (!names.Written.SequenceEqual(known))
        {
            known = names.Written.ToArray();
            layout = Make(Encoding.UTF8.GetString(known).Split('\n')[..^1]);
        }

        return layout;
    }

    private static ColumnLayout? Make(string[] written)
    {
        var columns = new SortedSet<string>(StringComparer.Ordinal);
        var plain = new ByteWriter(64);
        foreach (var name in written)
        {
            plain.Clear();
            if (!JsonText.Unescape(Encoding.UTF8.GetBytes(name), plain))
                return null;
            columns.Add(Encoding.UTF8.GetString(plain.Written));
        }

        string[] sorted = [.. columns];
        return sorted.Length == 0 ? null : new ColumnLayout(sorted, Array.ConvertAll(sorted, JsonText.Quote), new ColumnType[sorted.Length]);
    }
}

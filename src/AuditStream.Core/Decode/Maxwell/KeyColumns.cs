using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Maxwell;

/// <summary>Which columns a row's key has: the record names them, or else the record's key does.</summary>
/// <remarks>
/// <code>
/// where                                        names
/// value  "primary_key_columns":["id","part"]   id, part
/// key    {"database":…,"table":…,"pk.id":1}    id            kafka_key_format=hash
/// key    ["database","table",[{"id":1}]]       id            kafka_key_format=array
/// </code>
/// <para>Any other key is one that the producer was told to spread by: it says nothing.</para>
/// </remarks>
internal sealed class KeyColumns
{
    private readonly JsonTree tree = new();

    /// <summary>The layout of the row's key; null when nothing names it.</summary>
    public ColumnLayout? Read(ReadOnlySpan<byte> text, in JsonSlice columns, ReadOnlySpan<byte> key, NamedKey named)
    {
        named.Clear();
        if (columns.Token == JsonToken.Array)
            named.AddAll(text, columns, tree);
        else if (key.Length > 0 && tree.ReadWhole(key, out _) == JsonFault.None)
            ReadKey(key, named);
        return named.Layout();
    }

    private void ReadKey(ReadOnlySpan<byte> key, NamedKey named)
    {
        var nodes = tree.Nodes;
        if (nodes[0].Token == JsonToken.Object)
        {
            for (int node = 1, left = nodes[0].Count; left > 0; left--, node = nodes[node].Next)
            {
                var name = key.Slice(nodes[node].NameStart, nodes[node].NameLength);
                if (name.StartsWith("pk."u8))
                    named.Add(name["pk.".Length..]);
            }
        }

        if (nodes[0].Token != JsonToken.Array || nodes[0].Count != 3)
            return;
        var list = nodes[nodes[1].Next].Next;
        if (nodes[list].Token != JsonToken.Array)
            return;
        for (int node = list + 1, left = nodes[list].Count; left > 0; left--, node = nodes[node].Next)
        {
            if (nodes[node] is { Token: JsonToken.Object, Count: 1 })
                named.Add(key.Slice(nodes[node + 1].NameStart, nodes[node + 1].NameLength));
        }
    }
}

using AuditStream.Core.Decode;
using AuditStream.Core.Json;

namespace AuditStream.Core.Images;

/// <summary>The address of a row: canonical JSON, under which its image is kept and by which its changes find their task.</summary>
/// <remarks>
/// <code>
/// ["shop",1,"shopdb","public","orders",{"id":"42"}]
///  source, incarnation, database, schema, table (null where there is none), and the key
/// </code>
/// Everything up to the key is the address of the table: all addresses of its rows begin so. One instance per task; not thread-safe.
/// </remarks>
internal sealed class RowAddress
{
    /// <summary>How many tables' addresses are kept; then all are forgotten and worked out again.</summary>
    private const int MaxTables = 10_000;

    private readonly Dictionary<TableReference, byte[]> tables = [];
    private TableReference? last;
    private byte[] lastTable = [];

    /// <summary>The address of a table.</summary>
    public ReadOnlySpan<byte> OfTable(TableReference table)
    {
        if (ReferenceEquals(table, last))
            return lastTable;
        if (!tables.TryGetValue(table, out var address))
        {
            if (tables.Count == MaxTables)
                tables.Clear();
            tables.Add(table, address = Make(table));
        }

        (last, lastTable) = (table, address);
        return address;
    }

    /// <summary>Writes the address of a row in place of what was written before.</summary>
    /// <param name="change">A change of the row.</param>
    /// <param name="key">Its key, or the one that it had or will have.</param>
    /// <param name="into">Where it is written.</param>
    public void Write(RowChange change, RowImage key, ByteWriter into)
    {
        Begin(change.Facts.Table, into);
        RowKey.Write(change, key, into);
        End(into);
    }

    /// <summary>Begins the address of a row; the key follows.</summary>
    public void Begin(TableReference table, ByteWriter into)
    {
        into.Clear();
        into.Write(OfTable(table));
    }

    /// <summary>Ends the address of a row.</summary>
    public static void End(ByteWriter into) => into.Write((byte)']');

    private static byte[] Make(TableReference table)
    {
        var text = new ByteWriter(128);
        text.Write((byte)'[');
        text.Write(CanonicalText.Quoted(table.Source));
        text.Write((byte)',');
        CanonicalText.WriteInteger(text, table.Incarnation);
        foreach (var name in (ReadOnlySpan<string?>)[table.Database, table.Schema, table.Table])
        {
            text.Write((byte)',');
            text.Write(name is null ? "null"u8 : CanonicalText.Quoted(name));
        }

        text.Write((byte)',');
        return text.Written.ToArray();
    }
}

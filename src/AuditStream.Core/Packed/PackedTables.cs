using AuditStream.Core.Decode;
using AuditStream.Core.Json;

namespace AuditStream.Core.Packed;

/// <summary>Tables in packed form, both ways: each is worked out once and found again by its bytes.</summary>
/// <remarks>A blob of: kind, engine, source (texts), incarnation (number), database, schema, table (texts), who names the table and what the source puts
/// into before-images (a byte each), the number of configured key columns + 1 (0: none configured) and their names, the number of patterns of columns
/// that are compared inside and the patterns. One instance per task; not thread-safe.</remarks>
internal sealed class PackedTables
{
    /// <summary>How many tables are kept each way; then all are forgotten and worked out again.</summary>
    public const int MaxTables = 10_000;

    private static readonly int Origins = Enum.GetValues<NameOrigin>().Length;
    private static readonly int Identities = Enum.GetValues<ReplicaIdentity>().Length;

    private readonly Dictionary<TableReference, byte[]> packed = [];
    private readonly Dictionary<byte[], TableReference> byBytes = new(ByteKeyComparer.Instance);

    /// <summary>Appends a table.</summary>
    public void Write(ByteWriter to, TableReference table)
    {
        if (!packed.TryGetValue(table, out var bytes))
        {
            if (packed.Count == MaxTables)
                packed.Clear();
            packed.Add(table, bytes = Pack(table));
        }

        to.WriteBlob(bytes);
    }

    /// <summary>Reads a table; null when it cannot be read.</summary>
    public TableReference? Read(ref PackedReader reader)
    {
        var bytes = reader.Blob();
        if (!reader.IsSound)
            return null;
        var lookup = byBytes.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(bytes, out var table))
            return table;
        table = Unpack(bytes);
        if (table is null)
        {
            reader.Refuse();
            return null;
        }

        if (byBytes.Count == MaxTables)
            byBytes.Clear();
        lookup[bytes] = table;
        return table;
    }

    private static byte[] Pack(TableReference table)
    {
        var to = new ByteWriter(128);
        to.WriteText(table.Kind);
        to.WriteText(table.Engine);
        to.WriteText(table.Source);
        to.WriteNumber((ulong)table.Incarnation);
        to.WriteText(table.Database);
        to.WriteText(table.Schema);
        to.WriteText(table.Table);
        to.Write((byte)table.TableFrom);
        to.Write((byte)table.ReplicaIdentity);
        to.WriteNumber(table.ConfiguredKey is { } configured ? (ulong)configured.Count + 1 : 0);
        foreach (var name in table.ConfiguredKey ?? [])
            to.WriteText(name);
        to.WriteNumber((ulong)table.DeepDiff.Count);
        foreach (var pattern in table.DeepDiff)
            to.WriteText(pattern);
        return to.Written.ToArray();
    }

    private static TableReference? Unpack(ReadOnlySpan<byte> bytes)
    {
        var reader = new PackedReader(bytes);
        var (kind, engine, source) = (reader.Text() ?? "", reader.Text(), reader.Text() ?? "");
        var incarnation = reader.Count();
        var (database, schema, name) = (reader.Text(), reader.Text(), reader.Text());
        var (from, identity) = ((NameOrigin)reader.Below(Origins), (ReplicaIdentity)reader.Below(Identities));
        var keys = Math.Min(reader.Count(), bytes.Length + 1);
        var key = keys == 0 ? null : new string[keys - 1];
        for (var column = 0; column < keys - 1 && key is not null; column++)
            key[column] = reader.Text() ?? "";
        var deep = new string[Math.Min(reader.Count(), bytes.Length)];
        for (var pattern = 0; pattern < deep.Length; pattern++)
            deep[pattern] = reader.Text() ?? "";
        return !reader.IsDone ? null : new TableReference
        {
            Kind = kind, Engine = engine, Source = source, Incarnation = incarnation, Database = database, Schema = schema, Table = name, TableFrom = from,
            ReplicaIdentity = identity, ConfiguredKey = key, DeepDiff = deep, KeepsImages = true,
        };
    }
}

using System.Collections.Frozen;
using System.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium.Flat;

/// <summary>The names, without their prefix, that <c>ExtractNewRecordState</c> gives to what it adds to a row (<c>add.fields</c>,
/// <c>add.headers</c>).</summary>
/// <remarks>
/// <code>
/// asked for as          named             of the block
/// op, ts_ms             op, ts_ms         envelope
/// lsn                   lsn               source
/// source.ts_ms          source_ts_ms      source
/// total_order           total_order       transaction
/// transaction.id        transaction_id    transaction
/// (mode rewrite)        deleted
/// </code>
/// <para><c>id</c> alone (the transaction's) is taken for a column: a lost column is worse than a column too many.</para>
/// </remarks>
internal static class AddedName
{
    // What connectors have in their block source. The names of the other blocks are none of these.
    private static readonly FrozenSet<byte[]> sourceNames = new[]
    {
        "change_lsn", "collection", "commit_lsn", "commit_scn", "commit_ts_ms", "connector", "db", "event_serial_no", "file", "gtid", "h",
        "lcr_position", "lsid", "lsn", "name", "ord", "origin", "origin_lsn", "pos", "query", "redo_sql", "redo_thread", "row", "row_id", "rs",
        "rs_id", "schema", "scn", "sequence", "server_id", "snapshot", "ssn", "start_scn", "start_ts_ms", "stxnid", "table", "thread", "tord",
        "txId", "txSeq", "txnNumber", "user_name", "version", "wallTime", "xmin",
    }.Select(Encoding.UTF8.GetBytes).ToFrozenSet(ByteKeyComparer.Instance);

    // Of those, the names that no row has by chance: they tell that the record is a flat row.
    private static readonly FrozenSet<byte[]> tellingNames = new[] { "collection", "gtid", "lsn", "table", "txId" }
        .Select(Encoding.UTF8.GetBytes).ToFrozenSet(ByteKeyComparer.Instance);

    private static readonly FrozenSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> source =
        sourceNames.GetAlternateLookup<ReadOnlySpan<byte>>();

    private static readonly FrozenSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> telling =
        tellingNames.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The block that a name points into.</summary>
    /// <param name="name">The name without its prefix.</param>
    /// <param name="inBlock">The member's name in that block.</param>
    /// <param name="isTelling">True when a record with this member is a flat row for certain.</param>
    public static BlockKind Find(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> inBlock, out bool isTelling)
    {
        inBlock = name;
        isTelling = true;
        if (name.SequenceEqual("op"u8) || name.SequenceEqual("deleted"u8) || name.SequenceEqual("ts_ms"u8) || name.SequenceEqual("ts_us"u8)
            || name.SequenceEqual("ts_ns"u8))
            return BlockKind.Envelope;
        if (IsOf("source_"u8, name, ref inBlock))
            return BlockKind.Source;
        if (IsOf("transaction_"u8, name, ref inBlock) || name.SequenceEqual("total_order"u8) || name.SequenceEqual("data_collection_order"u8))
            return BlockKind.Transaction;
        if (name.StartsWith("updateDescription_"u8))
            return BlockKind.Other;
        isTelling = telling.Contains(name);
        return source.Contains(name) ? BlockKind.Source : BlockKind.None;
    }

    private static bool IsOf(ReadOnlySpan<byte> block, ReadOnlySpan<byte> name, ref ReadOnlySpan<byte> inBlock)
    {
        if (name.Length <= block.Length || !name.StartsWith(block))
            return false;
        inBlock = name[block.Length..];
        return true;
    }
}

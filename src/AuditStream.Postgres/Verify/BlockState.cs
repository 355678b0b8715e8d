using AuditStream.Core.Chain;

namespace AuditStream.Postgres.Verify;

/// <summary>One block while its rows arrive.</summary>
internal sealed class BlockState(BlockHeader header)
{
    /// <summary>How many rows there is room for at first: what a changed block says of its size is not to be believed.</summary>
    private const int MaxFirstRoom = 8_192;

    private readonly BlockRows rows = new(Math.Clamp(header.Rows, 0, MaxFirstRoom));
    private bool hasDifference;
    private long occurredFrom = long.MaxValue;
    private long occurredTo = long.MinValue;

    public BlockHeader Header { get; } = header;

    /// <summary>How many rows came.</summary>
    public int Count { get; private set; }

    /// <summary>The block's list of leaves, where it is to be compared; null: it is not.</summary>
    public byte[]? Leaves { get; set; }

    /// <summary>Whether its rows are exactly those that were stored; after <see cref="Judge"/>.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Whether the list of leaves is that of its rows, or is not to be compared; after <see cref="Judge"/>, of a block that is whole.</summary>
    public bool HasRightLeaves { get; private set; }

    public void Add(in RowFacts facts, ReadOnlySpan<byte> leaf, ReadOnlySpan<byte> columns)
    {
        hasDifference |= facts.Difference is not null;
        if (++Count > Header.Rows)
            return; // one too many is enough to know
        rows.Add(facts.StreamOffset, out var leafOfRow, out var columnsOfRow);
        leaf.CopyTo(leafOfRow);
        columns.CopyTo(columnsOfRow);
        occurredFrom = Math.Min(occurredFrom, facts.OccurredAtMilliseconds);
        occurredTo = Math.Max(occurredTo, facts.OccurredAtMilliseconds);
    }

    /// <summary>Compares what came with what the block says.</summary>
    public void Judge()
    {
        IsWhole = !hasDifference && Count == Header.Rows && HasRightRows();
        HasRightLeaves = IsWhole && (Leaves is null || AreRight(Leaves));
    }

    private bool HasRightRows()
    {
        rows.Sort();
        return rows.Root().AsSpan().SequenceEqual(Header.MerkleRoot) && rows.ColumnsHash().AsSpan().SequenceEqual(Header.ColumnsHash)
            && (Count == 0 || (rows.FirstOffset == Header.FirstOffset && rows.LastOffset == Header.LastOffset
                && occurredFrom == Header.OccurredFrom && occurredTo == Header.OccurredTo));
    }

    private bool AreRight(ReadOnlySpan<byte> list)
    {
        if (list.Length != Count * LeafEntry.Bytes)
            return false;
        Span<byte> entry = stackalloc byte[LeafEntry.Bytes];
        for (var row = 0; row < Count; row++)
        {
            rows.WriteEntry(row, entry);
            if (!entry.SequenceEqual(list.Slice(row * LeafEntry.Bytes, LeafEntry.Bytes)))
                return false;
        }
        return true;
    }
}

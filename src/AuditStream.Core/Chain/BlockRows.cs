using System.Security.Cryptography;

namespace AuditStream.Core.Chain;

/// <summary>What a block needs of its events, one behind the other in a few buffers: leaves, and columns that bodies do not hold.</summary>
public sealed class BlockRows
{
    private long[] offsets;
    private byte[] leaves;
    private byte[] columns;
    private bool isSorted = true;

    /// <summary>Makes it.</summary>
    /// <param name="capacity">How many rows there is room for at first.</param>
    public BlockRows(int capacity)
    {
        offsets = new long[capacity];
        leaves = new byte[capacity * MerkleTree.HashBytes];
        columns = new byte[capacity * LeafHash.ColumnsBytes];
    }

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The least stream offset; -1 when there is no event. After <see cref="Sort"/>.</summary>
    public long FirstOffset => Count == 0 ? -1 : offsets[0];

    /// <summary>The greatest stream offset; -1 when there is no event. After <see cref="Sort"/>.</summary>
    public long LastOffset => Count == 0 ? -1 : offsets[Count - 1];

    /// <summary>Adds an event.</summary>
    /// <param name="streamOffset">Its offset in the final topic.</param>
    /// <param name="leaf">Where its leaf is to be written, 32 bytes.</param>
    /// <param name="columnsOfRow">Where <see cref="LeafHash.WriteColumns"/> is to write.</param>
    public void Add(long streamOffset, out Span<byte> leaf, out Span<byte> columnsOfRow)
    {
        if (Count == offsets.Length)
            Grow();
        isSorted &= Count == 0 || streamOffset >= offsets[Count - 1];
        offsets[Count] = streamOffset;
        leaf = leaves.AsSpan(Count * MerkleTree.HashBytes, MerkleTree.HashBytes);
        columnsOfRow = columns.AsSpan(Count * LeafHash.ColumnsBytes, LeafHash.ColumnsBytes);
        Count++;
    }

    /// <summary>Brings them into the order of their offsets, which is that of the tree; most come in it.</summary>
    public void Sort()
    {
        if (isSorted)
            return;
        var order = new int[Count];
        for (var row = 0; row < order.Length; row++)
            order[row] = row;
        Array.Sort(offsets, order, 0, Count);
        var (sortedLeaves, sortedColumns) = (new byte[leaves.Length], new byte[columns.Length]);
        for (var row = 0; row < order.Length; row++)
        {
            LeafOf(order[row]).CopyTo(sortedLeaves.AsSpan(row * MerkleTree.HashBytes));
            ColumnsOf(order[row]).CopyTo(sortedColumns.AsSpan(row * LeafHash.ColumnsBytes));
        }
        (leaves, columns, isSorted) = (sortedLeaves, sortedColumns, true);
    }

    /// <summary>The root of their tree. After <see cref="Sort"/>.</summary>
    public byte[] Root() => MerkleTree.Root(leaves.AsSpan(0, Count * MerkleTree.HashBytes));

    /// <summary>The hash of their columns. After <see cref="Sort"/>.</summary>
    public byte[] ColumnsHash() => SHA256.HashData(columns.AsSpan(0, Count * LeafHash.ColumnsBytes));

    /// <summary>Writes the <see cref="LeafEntry"/> of one, <see cref="LeafEntry.Bytes"/> bytes. After <see cref="Sort"/>.</summary>
    public void WriteEntry(int row, Span<byte> to) => LeafEntry.Write(to, offsets[row], LeafOf(row), LeafHash.CheckOfColumns(ColumnsOf(row)));

    private ReadOnlySpan<byte> LeafOf(int row) => leaves.AsSpan(row * MerkleTree.HashBytes, MerkleTree.HashBytes);

    private ReadOnlySpan<byte> ColumnsOf(int row) => columns.AsSpan(row * LeafHash.ColumnsBytes, LeafHash.ColumnsBytes);

    private void Grow()
    {
        var capacity = Math.Max(64, offsets.Length * 2);
        Array.Resize(ref offsets, capacity);
        Array.Resize(ref leaves, capacity * MerkleTree.HashBytes);
        Array.Resize(ref columns, capacity * LeafHash.ColumnsBytes);
    }
}

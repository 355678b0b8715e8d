using System.Security.Cryptography;
using AuditStream.Core.Chain;

namespace AuditStream.Postgres.Verify;

/// <summary>One block while its rows arrive.</summary>
internal sealed class BlockState(BlockHeader header)
{
    // What a changed block says of its size is not to be believed.
    private readonly List<(long Offset, byte[] Leaf, byte[] Columns)> rows = new(Math.Clamp(header.Rows, 0, ChainVerifier.WindowRows));
    private long occurredFrom = long.MaxValue;
    private long occurredTo = long.MinValue;

    public BlockHeader Header { get; } = header;

    /// <summary>How many rows came.</summary>
    public int Count => rows.Count;

    /// <summary>The block's list of leaves, where it is to be compared; null: it is not.</summary>
    public byte[]? Leaves { get; set; }

    /// <summary>True when a row's columns are not what its body says.</summary>
    public bool HasDifference { get; private set; }

    public void Add(in RowFacts facts, ReadOnlySpan<byte> leaf, ReadOnlySpan<byte> columns)
    {
        rows.Add((facts.StreamOffset, leaf.ToArray(), columns.ToArray()));
        occurredFrom = Math.Min(occurredFrom, facts.OccurredAtMilliseconds);
        occurredTo = Math.Max(occurredTo, facts.OccurredAtMilliseconds);
        HasDifference |= facts.Difference is not null;
    }

    /// <summary>Whether the list of leaves is that of its rows; only after <see cref="IsWhole"/>, which sorts them.</summary>
    public bool HasRightLeaves()
    {
        if (Leaves is null)
            return true;
        var bytes = new byte[rows.Count * LeafEntry.Bytes];
        for (var index = 0; index < rows.Count; index++)
            new LeafEntry(rows[index].Offset, rows[index].Leaf, LeafHash.CheckOfColumns(rows[index].Columns)).Write(bytes.AsSpan(index * LeafEntry.Bytes));
        return bytes.AsSpan().SequenceEqual(Leaves);
    }

    /// <summary>Whether its rows are exactly those that were stored.</summary>
    public bool IsWhole()
    {
        if (HasDifference || rows.Count != Header.Rows)
            return false;
        rows.Sort((one, other) => one.Offset.CompareTo(other.Offset));
        var leaves = new byte[rows.Count * MerkleTree.HashBytes];
        using var columns = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var index = 0; index < rows.Count; index++)
        {
            rows[index].Leaf.CopyTo(leaves, index * MerkleTree.HashBytes);
            columns.AppendData(rows[index].Columns);
        }
        return MerkleTree.Root(leaves).AsSpan().SequenceEqual(Header.MerkleRoot)
            && columns.GetHashAndReset().AsSpan().SequenceEqual(Header.ColumnsHash)
            && (rows.Count == 0 || (rows[0].Offset == Header.FirstOffset && rows[^1].Offset == Header.LastOffset
                && occurredFrom == Header.OccurredFrom && occurredTo == Header.OccurredTo));
    }
}

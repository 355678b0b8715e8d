using AuditStream.Core.Chain;

namespace AuditStream.Postgres.Verify;

/// <summary>Some rows, hashed and checked: what one worker makes of one piece of a COPY.</summary>
internal sealed class RowChunk
{
    private RowChunk(int rows)
    {
        Facts = new List<RowFacts>(rows);
        Leaves = new byte[rows * MerkleTree.HashBytes];
        Columns = new byte[rows * LeafHash.ColumnsBytes];
    }

    /// <summary>The rows.</summary>
    public List<RowFacts> Facts { get; }

    /// <summary>Their leaves, one behind the other.</summary>
    public byte[] Leaves { get; }

    /// <summary>What their bodies do not hold, one behind the other.</summary>
    public byte[] Columns { get; }

    public ReadOnlySpan<byte> LeafOf(int row) => Leaves.AsSpan(row * MerkleTree.HashBytes, MerkleTree.HashBytes);

    public ReadOnlySpan<byte> ColumnsOf(int row) => Columns.AsSpan(row * LeafHash.ColumnsBytes, LeafHash.ColumnsBytes);

    /// <summary>Hashes and checks whole rows that stand one behind the other.</summary>
    public static RowChunk Of(ReadOnlySpan<byte> bytes, int rows)
    {
        var (chunk, check, hash) = (new RowChunk(rows), new RowCheck(), new LeafHash());
        Span<(int, int)> extents = stackalloc (int, int)[CopiedRow.Fields];
        for (var index = 0; index < rows; index++)
        {
            var row = CopiedRow.Read(bytes, extents);
            hash.OfEvent(row.Body, chunk.Leaves.AsSpan(index * MerkleTree.HashBytes, MerkleTree.HashBytes));
            if (row.FactHash.Length == MerkleTree.HashBytes && row.EventUid.Length == MerkleTree.HashBytes)
                LeafHash.WriteColumns(row.StreamOffset, row.FactScheme, row.FactHash, row.EventUid, chunk.Columns.AsSpan(index * LeafHash.ColumnsBytes));
            chunk.Facts.Add(new RowFacts(
                row.Shard, row.Block, row.StreamOffset, row.OccurredAt / 1_000, row.EventId, check.Difference(row)));
            bytes = bytes[CopiedRow.LengthOf(bytes)..];
        }
        return chunk;
    }
}

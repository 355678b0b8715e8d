using System.Buffers.Binary;

namespace AuditStream.Core.Chain;

/// <summary>What a block remembers of one event: which row is meant, should the root not be right, and its leaf, should the row be retired.</summary>
/// <param name="StreamOffset">The event's offset in the final topic.</param>
/// <param name="Leaf">Its leaf, 32 bytes.</param>
/// <param name="Check"><see cref="LeafHash.CheckOfColumns"/>.</param>
public sealed record LeafEntry(long StreamOffset, byte[] Leaf, ulong Check)
{
    /// <summary>The length of one, in bytes: offset (8), leaf (32), check (8), numbers big-endian.</summary>
    public const int Bytes = 8 + MerkleTree.HashBytes + 8;

    /// <summary>Writes one to <see cref="Bytes"/> bytes.</summary>
    public static void Write(Span<byte> to, long streamOffset, ReadOnlySpan<byte> leaf, ulong check)
    {
        BinaryPrimitives.WriteInt64BigEndian(to, streamOffset);
        leaf.CopyTo(to[8..]);
        BinaryPrimitives.WriteUInt64BigEndian(to[(8 + MerkleTree.HashBytes)..], check);
    }

    /// <summary>Reads all that stand one behind the other; what is left over is left out.</summary>
    public static IReadOnlyList<LeafEntry> ReadAll(ReadOnlySpan<byte> bytes)
    {
        var entries = new LeafEntry[bytes.Length / Bytes];
        for (var index = 0; index < entries.Length; index++)
        {
            var entry = bytes.Slice(index * Bytes, Bytes);
            entries[index] = new LeafEntry(BinaryPrimitives.ReadInt64BigEndian(entry), entry.Slice(8, MerkleTree.HashBytes).ToArray(),
                BinaryPrimitives.ReadUInt64BigEndian(entry[(8 + MerkleTree.HashBytes)..]));
        }
        return entries;
    }
}

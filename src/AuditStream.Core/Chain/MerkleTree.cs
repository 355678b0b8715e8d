using System.Numerics;
using System.Security.Cryptography;

namespace AuditStream.Core.Chain;

/// <summary>The Merkle tree of RFC 6962, section 2.1, over leaf hashes: root, inclusion path, and root from a path.</summary>
/// <remarks>
/// <code>
/// no leaf      SHA-256 of nothing
/// one leaf     the leaf's hash
/// n leaves     SHA-256(0x01 ‖ root of the first k ‖ root of the others), k the greatest power of two below n
/// </code>
/// </remarks>
public static class MerkleTree
{
    /// <summary>The length of every hash here, in bytes.</summary>
    public const int HashBytes = SHA256.HashSizeInBytes;

    private const byte NodePrefix = 1;

    /// <summary>The root over leaf hashes that stand one behind the other.</summary>
    /// <param name="leaves">A multiple of <see cref="HashBytes"/> bytes.</param>
    /// <remarks>Works upwards level by level; a last node without a partner goes up as it is, which gives the same tree.</remarks>
    public static byte[] Root(ReadOnlySpan<byte> leaves)
    {
        var count = leaves.Length / HashBytes;
        if (count == 0)
            return SHA256.HashData([]);
        var level = leaves.ToArray();
        while (count > 1)
        {
            for (var pair = 0; pair < count / 2; pair++)
                HashPair(level.AsSpan(pair * 2 * HashBytes, 2 * HashBytes), level.AsSpan(pair * HashBytes, HashBytes));
            if (count % 2 == 1)
                level.AsSpan((count - 1) * HashBytes, HashBytes).CopyTo(level.AsSpan(count / 2 * HashBytes));
            count = (count + 1) / 2;
        }
        return level[..HashBytes];
    }

    /// <summary>The hashes that lead from one leaf to the root, the leaf's neighbour first.</summary>
    /// <param name="leaves">As of <see cref="Root"/>.</param>
    /// <param name="index">Which leaf, from 0.</param>
    public static IReadOnlyList<byte[]> Path(ReadOnlySpan<byte> leaves, int index)
    {
        var count = leaves.Length / HashBytes;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)count, nameof(index));
        if (count == 1)
            return [];
        var left = (int)BitOperations.RoundUpToPowerOf2((uint)count) / 2;
        return index < left
            ? [.. Path(leaves[..(left * HashBytes)], index), Root(leaves[(left * HashBytes)..])]
            : [.. Path(leaves[(left * HashBytes)..], index - left), Root(leaves[..(left * HashBytes)])];
    }

    /// <summary>The root that a leaf and its path lead to; null when the path has not the length that such a tree gives it.</summary>
    /// <param name="leaf">The leaf's hash.</param>
    /// <param name="index">Which leaf, from 0.</param>
    /// <param name="count">How many leaves the tree has.</param>
    /// <param name="path">As of <see cref="Path"/>.</param>
    public static byte[]? RootOf(byte[] leaf, long index, long count, IReadOnlyList<byte[]> path)
    {
        if (index < 0 || index >= count || leaf.Length != HashBytes || path.Any(hash => hash.Length != HashBytes))
            return null;
        var (node, last, used) = (leaf, count - 1, 0);
        while (last > 0)
        {
            if (index % 2 == 1 || index < last)
            {
                if (used == path.Count)
                    return null;
                node = index % 2 == 1 ? Node(path[used], node) : Node(node, path[used]);
                used++;
            }
            (index, last) = (index / 2, last / 2);
        }
        return used == path.Count ? node : null;
    }

    private static byte[] Node(byte[] left, byte[] right)
    {
        var node = new byte[HashBytes];
        HashPair([.. left, .. right], node);
        return node;
    }

    private static void HashPair(ReadOnlySpan<byte> pair, Span<byte> node)
    {
        Span<byte> input = stackalloc byte[1 + (2 * HashBytes)];
        input[0] = NodePrefix;
        pair.CopyTo(input[1..]);
        _ = SHA256.HashData(input, node); // 32 bytes fit in 32
    }
}

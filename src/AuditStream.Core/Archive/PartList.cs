using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AuditStream.Core.Archive;

/// <summary>The hash of a list of events out of blocks that a range has only a part of: SHA-256 over <c>shard (4) ‖ block (8) ‖ number of events (4)
/// ‖ stream offset (8) of each</c>, by shard and block, numbers big-endian.</summary>
public sealed class PartList : IDisposable
{
    /// <summary>The length of one offset, in bytes.</summary>
    public const int OffsetBytes = 8;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds a block.</summary>
    /// <param name="shard">Its shard.</param>
    /// <param name="block">Its number.</param>
    /// <param name="offsets">The stream offsets, ascending, 8 bytes each.</param>
    public void Add(int shard, long block, ReadOnlySpan<byte> offsets)
    {
        Span<byte> head = stackalloc byte[16];
        BinaryPrimitives.WriteInt32BigEndian(head, shard);
        BinaryPrimitives.WriteInt64BigEndian(head[4..], block);
        BinaryPrimitives.WriteInt32BigEndian(head[12..], offsets.Length / OffsetBytes);
        hash.AppendData(head);
        hash.AppendData(offsets);
    }

    /// <summary>The hash of what was added so far.</summary>
    public byte[] Hash() => hash.GetCurrentHash();

    /// <summary>Offsets as they stand in the list.</summary>
    public static byte[] Bytes(IReadOnlyList<long> offsets)
    {
        var bytes = new byte[offsets.Count * OffsetBytes];
        for (var index = 0; index < offsets.Count; index++)
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(index * OffsetBytes), offsets[index]);
        return bytes;
    }

    /// <summary>The offsets of <see cref="Bytes"/>.</summary>
    public static IEnumerable<long> Offsets(byte[] bytes)
    {
        for (var start = 0; start + OffsetBytes <= bytes.Length; start += OffsetBytes)
            yield return BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(start));
    }

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();
}

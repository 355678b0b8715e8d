using System.Buffers.Binary;
using System.Security.Cryptography;
using AuditStream.Core.Chain;

namespace AuditStream.Core.Archive;

/// <summary>Counts and hashes of the events of an archive, in their order: by shard, block and stream offset; behind them those that are in no block, by shard
/// and stream offset.</summary>
/// <remarks>The hash is the SHA-256 over <c>shard (4) ‖ block (8) ‖ stream offset (8) ‖ leaf (32)</c> of each, numbers big-endian; of those in no block
/// without the block.</remarks>
public sealed class ArchiveSums : IDisposable
{
    private readonly IncrementalHash chained = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash unchained = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>How many events of blocks.</summary>
    public long Rows { get; private set; }

    /// <summary>How many in no block.</summary>
    public long UnchainedRows { get; private set; }

    /// <summary>Adds an event.</summary>
    public void Add(int shard, long? block, long streamOffset, ReadOnlySpan<byte> leaf)
    {
        Span<byte> place = stackalloc byte[20];
        BinaryPrimitives.WriteInt32BigEndian(place, shard);
        if (block is { } number)
        {
            BinaryPrimitives.WriteInt64BigEndian(place[4..], number);
            BinaryPrimitives.WriteInt64BigEndian(place[12..], streamOffset);
            chained.AppendData(place);
            chained.AppendData(leaf);
            Rows++;
            return;
        }
        BinaryPrimitives.WriteInt64BigEndian(place[4..], streamOffset);
        unchained.AppendData(place[..12]);
        unchained.AppendData(leaf);
        UnchainedRows++;
    }

    /// <summary>The hash of the events of blocks so far.</summary>
    public byte[] RowsHash() => chained.GetCurrentHash();

    /// <summary>The hash of the events in no block so far.</summary>
    public byte[] UnchainedHash() => unchained.GetCurrentHash();

    /// <inheritdoc/>
    public void Dispose()
    {
        chained.Dispose();
        unchained.Dispose();
    }
}

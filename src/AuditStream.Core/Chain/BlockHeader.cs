using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AuditStream.Core.Chain;

/// <summary>What a block says of the rows that one transaction added to one shard, and of the block before it.</summary>
/// <remarks>
/// The block's hash is the SHA-256 of <see cref="Text"/>: seventeen lines in ASCII, each ended by a line feed, numbers in plain digits, hashes in lower-case
/// hex.
/// <code>
/// auditstream-block/1
/// topic, shard, number, previous hash, epoch, written at (microseconds since the Unix epoch)
/// first offset, last offset, earliest and latest occurred_at (milliseconds since the Unix epoch); all -1 without events
/// events, root of their leaves, hash of their columns
/// divergences, dead letters, root of the leaves of both
/// </code>
/// </remarks>
public sealed record BlockHeader
{
    /// <summary>The first line of <see cref="Text"/>.</summary>
    public const string Spec = "auditstream-block/1";

    private const int Lines = 17;

    /// <summary>What stands for the hash of the block before the first: 32 zero bytes.</summary>
    public static byte[] NoPrevious => new byte[MerkleTree.HashBytes];

    /// <summary>The topic that was written from.</summary>
    public required string Topic { get; init; }

    /// <summary>The partition of the final topic; of mirrored dead letters <c>-1 - partition</c> of their topic.</summary>
    public required int Shard { get; init; }

    /// <summary>From 1 on, without gaps.</summary>
    public required long Number { get; init; }

    /// <summary>The hash of block <see cref="Number"/> - 1 of the shard; <see cref="NoPrevious"/> for the first.</summary>
    public required byte[] PreviousHash { get; init; }

    /// <summary>The claim under which it was written; never falls along a chain.</summary>
    public required long Epoch { get; init; }

    /// <summary>When, by the server's clock: microseconds since the Unix epoch.</summary>
    public required long WrittenAtMicroseconds { get; init; }

    /// <summary>The least stream offset of its events; -1 without events.</summary>
    public required long FirstOffset { get; init; }

    /// <summary>The greatest stream offset of its events; -1 without events.</summary>
    public required long LastOffset { get; init; }

    /// <summary>The earliest <c>occurred_at</c> of its events in milliseconds since the Unix epoch; -1 without events.</summary>
    public required long OccurredFrom { get; init; }

    /// <summary>The latest, as <see cref="OccurredFrom"/>.</summary>
    public required long OccurredTo { get; init; }

    /// <summary>How many events.</summary>
    public required int Rows { get; init; }

    /// <summary>The Merkle root of the events' leaves in the order of their stream offsets.</summary>
    public required byte[] MerkleRoot { get; init; }

    /// <summary>The SHA-256 of <see cref="LeafHash.WriteColumns"/> of each event, in the same order.</summary>
    public required byte[] ColumnsHash { get; init; }

    /// <summary>How many divergences.</summary>
    public required int Divergences { get; init; }

    /// <summary>How many dead letters.</summary>
    public required int DeadLetters { get; init; }

    /// <summary>The Merkle root of the divergences' leaves by (offset, event id), then the dead letters' by (stage, topic, partition, offset).</summary>
    public required byte[] RefusedRoot { get; init; }

    /// <summary>What is hashed.</summary>
    public string Text() => string.Create(CultureInfo.InvariantCulture, $"{Spec}\n{Topic}\n{Shard}\n{Number}\n{Hex(PreviousHash)}\n{Epoch}\n{WrittenAtMicroseconds}\n")
        + string.Create(CultureInfo.InvariantCulture, $"{FirstOffset}\n{LastOffset}\n{OccurredFrom}\n{OccurredTo}\n{Rows}\n{Hex(MerkleRoot)}\n{Hex(ColumnsHash)}\n")
        + string.Create(CultureInfo.InvariantCulture, $"{Divergences}\n{DeadLetters}\n{Hex(RefusedRoot)}\n");

    /// <summary>The block's hash, 32 bytes.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.UTF8.GetBytes(Text()));

    /// <summary>Reads what <see cref="Text"/> writes, and nothing else; null when it is not that.</summary>
    public static BlockHeader? Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length != Lines + 1)
            return null;
        try
        {
            var header = new BlockHeader
            {
                Topic = lines[1],
                Shard = (int)Number64(lines[2]),
                Number = Number64(lines[3]),
                PreviousHash = Convert.FromHexString(lines[4]),
                Epoch = Number64(lines[5]),
                WrittenAtMicroseconds = Number64(lines[6]),
                FirstOffset = Number64(lines[7]),
                LastOffset = Number64(lines[8]),
                OccurredFrom = Number64(lines[9]),
                OccurredTo = Number64(lines[10]),
                Rows = (int)Number64(lines[11]),
                MerkleRoot = Convert.FromHexString(lines[12]),
                ColumnsHash = Convert.FromHexString(lines[13]),
                Divergences = (int)Number64(lines[14]),
                DeadLetters = (int)Number64(lines[15]),
                RefusedRoot = Convert.FromHexString(lines[16]),
            };
            return header.Text() == text ? header : null;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static long Number64(string text) => long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
}

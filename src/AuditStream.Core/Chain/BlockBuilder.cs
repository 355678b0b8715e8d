using System.Security.Cryptography;
using AuditStream.Core.Sink;

namespace AuditStream.Core.Chain;

/// <summary>Makes the header of one block out of what a transaction added to one shard.</summary>
public sealed class BlockBuilder
{
    private readonly List<(long Offset, byte[] Leaf, byte[] Columns)> events = [];
    private readonly List<(long Offset, Guid Id, byte[] Leaf)> divergences = [];
    private readonly List<(DeadLetterRow Row, byte[] Leaf)> deadLetters = [];
    private long occurredFrom = long.MaxValue;
    private long occurredTo = long.MinValue;

    /// <summary>True when nothing was added: there is no block then.</summary>
    public bool IsEmpty => events.Count == 0 && divergences.Count == 0 && deadLetters.Count == 0;

    /// <summary>Adds an event that was stored.</summary>
    public void Add(AuditRow row, LeafHash hash)
    {
        var leaf = new byte[MerkleTree.HashBytes];
        hash.OfEvent(row.Body.Span, leaf);
        var columns = new byte[LeafHash.ColumnsBytes];
        LeafHash.WriteColumns(row.StreamOffset, row.FactScheme, row.FactHash, row.EventUid, columns);
        events.Add((row.StreamOffset, leaf, columns));
        occurredFrom = Math.Min(occurredFrom, row.OccurredAtMilliseconds);
        occurredTo = Math.Max(occurredTo, row.OccurredAtMilliseconds);
    }

    /// <summary>Adds a divergence that was stored.</summary>
    public void AddDivergence(AuditRow row, byte[] storedFactHash, LeafHash hash) => divergences.Add((row.StreamOffset, row.EventId,
        hash.OfDivergence(row.EventId, row.StreamOffset, row.FactScheme, row.FactHash, storedFactHash, row.Body.Span)));

    /// <summary>Adds a dead letter that was stored; its texts are as the table has them.</summary>
    public void Add(DeadLetterRow row, byte[]? salt, LeafHash hash) => deadLetters.Add((row, hash.OfDeadLetter(row, salt)));

    /// <summary>What <c>audit.block.leaves</c> holds: see <see cref="LeafEntry"/>. After <see cref="Build"/>.</summary>
    public byte[] Leaves()
    {
        var bytes = new byte[events.Count * LeafEntry.Bytes];
        for (var index = 0; index < events.Count; index++)
        {
            var (offset, leaf, columns) = events[index];
            new LeafEntry(offset, leaf, LeafHash.CheckOfColumns(columns)).Write(bytes.AsSpan(index * LeafEntry.Bytes));
        }
        return bytes;
    }

    /// <summary>The header of the block that follows a head.</summary>
    public BlockHeader Build(string topic, ChainHead head, long epoch, long writtenAtMicroseconds)
    {
        events.Sort((one, other) => one.Offset.CompareTo(other.Offset));
        var leaves = new byte[events.Count * MerkleTree.HashBytes];
        using var columns = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var index = 0; index < events.Count; index++)
        {
            events[index].Leaf.CopyTo(leaves, index * MerkleTree.HashBytes);
            columns.AppendData(events[index].Columns);
        }
        return new BlockHeader
        {
            Topic = topic,
            Shard = head.Shard,
            Number = head.Number + 1,
            PreviousHash = head.Hash,
            Epoch = epoch,
            WrittenAtMicroseconds = writtenAtMicroseconds,
            FirstOffset = events.Count == 0 ? -1 : events[0].Offset,
            LastOffset = events.Count == 0 ? -1 : events[^1].Offset,
            OccurredFrom = events.Count == 0 ? -1 : occurredFrom,
            OccurredTo = events.Count == 0 ? -1 : occurredTo,
            Rows = events.Count,
            MerkleRoot = MerkleTree.Root(leaves),
            ColumnsHash = columns.GetHashAndReset(),
            Divergences = divergences.Count,
            DeadLetters = deadLetters.Count,
            RefusedRoot = RefusedRoot(),
        };
    }

    private byte[] RefusedRoot() => MerkleTree.Root([
        .. divergences.OrderBy(entry => entry.Offset).ThenBy(entry => entry.Id).SelectMany(entry => entry.Leaf),
        .. deadLetters.OrderBy(entry => entry.Row.Stage, StringComparer.Ordinal).ThenBy(entry => entry.Row.Topic, StringComparer.Ordinal)
            .ThenBy(entry => entry.Row.Partition).ThenBy(entry => entry.Row.Offset).SelectMany(entry => entry.Leaf)]);
}

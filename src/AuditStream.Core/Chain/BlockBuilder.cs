using AuditStream.Core.Sink;

namespace AuditStream.Core.Chain;

/// <summary>Makes the header of one block out of what a transaction added to one shard.</summary>
public sealed class BlockBuilder
{
    private readonly BlockRows events = new(capacity: 0);
    private readonly List<(long Offset, Guid Id, byte[] Leaf)> divergences = [];
    private readonly List<(DeadLetterRow Row, byte[] Leaf)> deadLetters = [];
    private long occurredFrom = long.MaxValue;
    private long occurredTo = long.MinValue;

    /// <summary>True when nothing was added: there is no block then.</summary>
    public bool IsEmpty => events.Count == 0 && divergences.Count == 0 && deadLetters.Count == 0;

    /// <summary>Adds an event that was stored.</summary>
    public void Add(AuditRow row, LeafHash hash)
    {
        events.Add(row.StreamOffset, out var leaf, out var columns);
        hash.OfEvent(row.Body.Span, leaf);
        LeafHash.WriteColumns(row.StreamOffset, row.FactScheme, row.FactHash, row.EventUid, columns);
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
            events.WriteEntry(index, bytes.AsSpan(index * LeafEntry.Bytes));
        return bytes;
    }

    /// <summary>The header of the block that follows a head.</summary>
    public BlockHeader Build(string topic, ChainHead head, long epoch, long writtenAtMicroseconds)
    {
        events.Sort();
        return new BlockHeader
        {
            Topic = topic,
            Shard = head.Shard,
            Number = head.Number + 1,
            PreviousHash = head.Hash,
            Epoch = epoch,
            WrittenAtMicroseconds = writtenAtMicroseconds,
            FirstOffset = events.FirstOffset,
            LastOffset = events.LastOffset,
            OccurredFrom = events.Count == 0 ? -1 : occurredFrom,
            OccurredTo = events.Count == 0 ? -1 : occurredTo,
            Rows = events.Count,
            MerkleRoot = events.Root(),
            ColumnsHash = events.ColumnsHash(),
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

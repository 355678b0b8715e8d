using AuditStream.Core.Flow;

namespace AuditStream.Streams.Ledger;

/// <summary>The account of one task: the range of its partition that is open, and when it is to be written.</summary>
/// <remarks>
/// <code>
///  records  |----|----|----|----|----|----|      a commit every 100 ms
///  ranges   [-------------------)[--------)      a ledger event every 10 s, in the transaction that ends its range
/// </code>
/// What a transaction does to it counts once the transaction is committed: <see cref="Prepare"/>, then <see cref="Committed"/> or
/// <see cref="Aborted"/>. What is committed stands in the task's record, in the same transaction, so the next owner, however this one ended, goes on with
/// the open range. When the group's offset is not where the last owner left it (a reset), that owner's range is written as it is, and a new one begins at
/// the group's offset. So it is where records were deleted before they were read, or a log was made anew (<see cref="Leap"/>): between two ranges is a hole
/// exactly where nothing was processed.
/// </remarks>
internal sealed class TaskLedger(TimeProvider time, TimeSpan interval)
{
    private OpenRange? open;
    private OpenRange? next;
    private OpenRange? left;
    private long openedAt;

    /// <summary>What the next owner is to know; empty for nothing.</summary>
    internal ReadOnlyMemory<byte> State { get; private set; }

    /// <summary>Where the account ends; -1 when nothing is known and nothing processed.</summary>
    internal long End => open?.To ?? -1;

    /// <summary>True while the open transaction does something to it.</summary>
    internal bool IsPrepared { get; private set; }

    /// <summary>How many ranges the open transaction writes.</summary>
    internal int Written { get; private set; }

    /// <summary>True when something is to be written although no record came.</summary>
    internal bool IsDue => left is not null || IsOld;

    /// <summary>True when a range is open that a clean end closes.</summary>
    internal bool IsOpen => left is not null || open is { IsEmpty: false };

    private bool IsOld => open is { IsEmpty: false } && time.GetElapsedTime(openedAt) >= interval;

    /// <summary>Begins where a former owner has left off.</summary>
    /// <param name="state">What that one has left; empty for nothing.</param>
    /// <param name="committed">The group's offset; null for none.</param>
    internal void Begin(ReadOnlySpan<byte> state, long? committed)
    {
        open = OpenRange.Read(state);
        left = null;
        if (open is null || committed is null || open.To != committed)
        {
            left = open is { IsEmpty: false } ? open : null;
            open = committed is { } place ? OpenRange.At(place) : null;
        }
        openedAt = time.GetTimestamp();
        State = state.ToArray();
    }

    /// <summary>Nothing between where the account ends and an offset was processed, nor will be: it ends there, and goes on here. With nothing prepared,
    /// and nothing processed and not committed.</summary>
    internal void Leap(long offset)
    {
        // What was left before is written with the first commit after it: it never meets an open range that has records.
        left ??= open is { IsEmpty: false } ? open : null;
        open = OpenRange.At(offset);
        openedAt = time.GetTimestamp();
    }

    /// <summary>Says which ranges the transaction that is about to be committed writes.</summary>
    /// <param name="more">The sums of the transaction.</param>
    /// <param name="from">The offset of the first record that this owner has processed; of meaning when nothing else says where the account begins.</param>
    /// <param name="to">The offset after the last record of the transaction; of meaning when it has any.</param>
    /// <param name="timestampMilliseconds">That record's timestamp.</param>
    /// <param name="isClosing">True when the range ends whatever its age.</param>
    internal IReadOnlyList<OpenRange> Prepare(LedgerEntry more, long from, long to, long timestampMilliseconds, bool isClosing)
    {
        var written = new List<OpenRange>(capacity: 2);
        if (left is not null)
            written.Add(left);
        next = open;
        if (more.Consumed > 0)
            next = (next ?? OpenRange.At(from)).Longer(to, timestampMilliseconds, more);
        if (next is { IsEmpty: false } && (isClosing || IsOld))
        {
            written.Add(next);
            next = OpenRange.At(next.To);
        }
        IsPrepared = true;
        State = next?.ToBytes() ?? [];
        Written = written.Count;
        return written;
    }

    /// <summary>The transaction is committed.</summary>
    internal void Committed()
    {
        if (!IsPrepared)
            return;
        if (open is null or { IsEmpty: true } || next?.From != open.From)
            openedAt = time.GetTimestamp();
        (open, left, IsPrepared) = (next, null, false);
    }

    /// <summary>The transaction is dropped.</summary>
    internal void Aborted()
    {
        if (!IsPrepared)
            return;
        IsPrepared = false;
        State = (left ?? open)?.ToBytes() ?? [];
    }
}

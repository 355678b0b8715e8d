using AuditStream.Core.Flow;
using AuditStream.Core.Images;
using AuditStream.Core.Normalize;
using AuditStream.Streams.Ledger;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Restore;

namespace AuditStream.Streams.Tasks;

/// <summary>One partition at work: its handler, its state if it has any, its place, and the double entry of the open transaction. One
/// thread.</summary>
internal sealed class StreamTask : IDisposable
{
    private readonly TaskId id;
    private readonly IRecordHandler handler;
    private readonly ImageState? state;
    private readonly StreamsMetrics metrics;
    private long nextOffset = -1;
    private long restartOffset = -1;
    private long committedOffset = -1;
    private bool hasPart;

    internal StreamTask(TaskId id, IRecordHandler handler, ImageState? state, TaskLedger ledger, StreamsMetrics metrics)
    {
        Ledger = ledger;
        this.id = id;
        this.handler = handler;
        this.state = state;
        this.metrics = metrics;
        Partition = new TopicPartition(id.Topic, id.Partition);
        RecordKey = TaskRecord.Key(id);
        Become(StreamTaskState.Created);
    }

    /// <summary>The task's id.</summary>
    internal TaskId Id => id;

    /// <summary>The partition.</summary>
    internal TopicPartition Partition { get; }

    /// <summary>The processing; its own for this task.</summary>
    internal IRecordHandler Handler => handler;

    /// <summary>Its row images; null for a task without state.</summary>
    internal ImageState? State => state;

    /// <summary>The key of its records on the topic of tasks.</summary>
    internal byte[] RecordKey { get; }

    /// <summary>Its account, over transactions.</summary>
    internal TaskLedger Ledger { get; }

    /// <summary>What stands in its record for the ledger: at first what its last owner has committed, empty for nothing; then what the next
    /// transaction is to carry.</summary>
    internal ReadOnlyMemory<byte> LedgerState => Ledger.State;

    /// <summary>True once its record names this owner, committed.</summary>
    internal bool IsOwnerWritten { get; set; }

    /// <summary>Where it is in its life.</summary>
    internal StreamTaskState Life { get; private set; }

    /// <summary>True until it may work, its state restored if it has any: records that come before come again afterwards.</summary>
    internal bool IsRestoring => Life is StreamTaskState.Created or StreamTaskState.Restoring;

    /// <summary>The first record that came before it was ready, by offset; -1 for none.</summary>
    internal long HeldFrom { get; private set; } = -1;

    /// <summary>The double entry of what is processed and not committed.</summary>
    internal LedgerEntry Open { get; } = new();

    /// <summary>Events that went into the open transaction, counted where they are produced.</summary>
    internal long ProducedEvents { get; set; }

    /// <summary>Dead letters that went into the open transaction, counted where they are produced.</summary>
    internal long ProducedDeadLetters { get; set; }

    /// <summary>Changes that were forwarded in the open transaction, counted where they are produced.</summary>
    internal long ProducedForwards { get; set; }

    /// <summary>The time of the last record that was processed, in milliseconds since the Unix epoch; -1 for none, or where it has none.</summary>
    internal long LastTimestamp { get; private set; } = -1;

    /// <summary>True when an error stopped it: its partition is paused until another assignment.</summary>
    internal bool IsStopped => Life == StreamTaskState.Stopped;

    /// <summary>True when something is processed and not committed.</summary>
    internal bool HasProgress => HasMoved || hasPart;

    /// <summary>Where the group goes on after the next commit.</summary>
    internal PartitionOffset Next => new(Partition, nextOffset);

    /// <summary>What a commit says of it: <see cref="Next"/>; where it has not moved what the group has committed, -1 for nothing.</summary>
    /// <remarks>The first record that was taken may stand behind that, after control records: were the offset moved there without the account, the next owner
    /// would take it for a reset.</remarks>
    internal PartitionOffset Place => HasMoved || (hasPart && committedOffset < 0) ? Next : new(Partition, committedOffset);

    /// <summary>Where an abort goes back to: the last commit of this assignment, else the first record of it.</summary>
    /// <remarks>Both are what the broker has committed, or the start where it has nothing: the assignment began there, and only this task
    /// commits
    /// meanwhile. So no request is needed, and none can fail.</remarks>
    internal PartitionOffset Restart => new(Partition, restartOffset);

    /// <summary>A record came too early.</summary>
    internal void Hold(long offset)
    {
        if (HeldFrom < 0)
            HeldFrom = offset;
    }

    /// <summary>Takes over what the last owner has committed.</summary>
    /// <param name="ledger">What stands in the task's record for the ledger; empty for nothing.</param>
    /// <param name="committed">The group's offset; null for none.</param>
    internal void Inherit(ReadOnlyMemory<byte> ledger, long? committed)
    {
        committedOffset = committed ?? -1;
        Ledger.Begin(ledger.Span, committed);
    }

    /// <summary>It may begin: its state is restored first, if it has any.</summary>
    internal void Begin() => Become(state is null ? StreamTaskState.Running : StreamTaskState.Restoring);

    /// <summary>Its state misses something that was committed, and nothing of it is open: it is restored again, and goes on with its next
    /// record.</summary>
    internal void RestoreAgain()
    {
        HeldFrom = nextOffset;
        Become(StreamTaskState.Restoring);
    }

    /// <summary>Its state is what was committed.</summary>
    internal void Restored() => Become(StreamTaskState.Running);

    /// <summary>Its next record cannot be processed yet.</summary>
    internal void Wait() => Become(StreamTaskState.Waiting);

    /// <summary>It tries again what it waited with.</summary>
    internal void GoOn() => Become(StreamTaskState.Running);

    /// <summary>A record is taken.</summary>
    internal void Take(long offset)
    {
        if (restartOffset < 0)
            restartOffset = nextOffset = offset;
        Open.Consume();
    }

    /// <summary>The record that was taken is to come again: it has no outcome yet.</summary>
    /// <param name="hasPart">True when a part of it is done, which is to be committed.</param>
    internal void GiveBack(bool hasPart = false)
    {
        Open.GiveBack();
        this.hasPart = hasPart;
    }

    /// <summary>What stood between where it is and this record is gone, or the log is another one: its account has a hole there, and it goes on with the
    /// record. Only where nothing is processed and not committed.</summary>
    /// <param name="from">Where what there is begins.</param>
    /// <param name="offset">The record's offset.</param>
    internal void Leap(long from, long offset)
    {
        Ledger.Leap(from);
        restartOffset = nextOffset = offset;
    }

    /// <summary>A record has its outcome.</summary>
    internal void Done(long offset, long timestampMilliseconds)
    {
        nextOffset = offset + 1;
        LastTimestamp = timestampMilliseconds;
    }

    /// <summary>True when each record has one outcome and what was produced is what the outcomes say.</summary>
    internal bool IsBalanced =>
        Open.IsBalanced && Open.Events == ProducedEvents && Open.Forwards == ProducedForwards && Open.DeadLetters == ProducedDeadLetters;

    /// <summary>In words why it is not balanced.</summary>
    internal string BreachText => FormattableString.Invariant(
        $"its sums do not agree: {Open}; produced: {ProducedEvents} events, {ProducedForwards} forwarded, {ProducedDeadLetters} dead letters");

    /// <summary>The commit has returned.</summary>
    /// <returns>Why its state could not take what was committed; null when it could.</returns>
    internal ImageStoreException? Committed()
    {
        committedOffset = Place.NextOffset;
        restartOffset = nextOffset;
        var fault = state?.Committed();
        Forget();
        return fault;
    }

    /// <summary>What was open is dropped.</summary>
    internal void Aborted()
    {
        nextOffset = restartOffset;
        state?.Aborted();
        Forget();
    }

    /// <summary>Stops it until another assignment.</summary>
    internal void Stop() => Become(StreamTaskState.Stopped);

    private bool HasMoved => nextOffset != restartOffset;

    private void Forget()
    {
        hasPart = false;
        Open.Clear();
        ProducedEvents = 0;
        ProducedDeadLetters = 0;
        ProducedForwards = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Become(StreamTaskState.Closed);
        state?.Dispose();
    }

    private void Become(StreamTaskState next)
    {
        if (!Life.MayBecome(next))
            throw new InvalidOperationException($"Changing the state of {id} failed: {Life} has no arrow to {next}.");
        Life = next;
        metrics.TaskIs(id, next);
    }
}

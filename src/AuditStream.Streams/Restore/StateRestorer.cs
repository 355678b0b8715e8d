using AuditStream.Core.Images;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Tasks;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Restore;

/// <summary>Brings the state of newly owned tasks back from the changelog, in steps between which the thread polls and serves rebalances.</summary>
/// <remarks>
/// For each task, in this order: its partition is paused; its store is opened; the group's committed offset is asked for, which waits for what a
/// former owner has pending; then the changelog's end, open transactions included, because a transaction that the offsets tell of may not be
/// marked in the changelog yet; then committed records are read until the reader's position is there, from the store's checkpoint or from the
/// beginning; then the input goes on where the group has committed, or, where it has nothing yet, from the first record that came too early. A
/// dead owner's open transaction has been ended before (<see cref="Claims.TaskClaimer"/>), or is waited for: it ends by its time-out.
/// <para>Tasks take turns, so that one with many images does not hold up the others. A store that cannot be opened or written (no room, another
/// thread still has it) is tried again without limit; tasks that are not waiting go on. So is a changelog that cannot be read: a task that began
/// without its state would make events that claim less, or on old images, and there is no other place to read it from. A wait is said with what it
/// is for, and again every 30 s; also one without an error, behind a transaction that does not end.</para>
/// </remarks>
internal sealed class StateRestorer(
    IClientFactory clients, string clientId, StreamsMetrics metrics, ILogger logger, LoopClock clock, ThreadStatus status)
{
    /// <summary>How many records one step reads at most.</summary>
    private const int MaxStepRecords = 10_000;

    private static readonly TimeSpan MaxStepTime = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RecordWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan CallWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenWords = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    /// <summary>How long a restore may stand at one place before it is said to wait there.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Queue<StreamTask> waiting = new();
    private readonly HashSet<TopicPartition> unpaused = [];
    private readonly Dictionary<StreamTask, Run> begun = [];
    private readonly List<KeyValuePair<byte[], byte[]?>> batch = [];
    private readonly WaitNotice notice = new(status, logger, clock.Time);
    private IChangelogReader? reader;
    private Run? run;
    private long? failedAt;

    /// <summary>True while state of a task is to be restored.</summary>
    internal bool IsBusy => waiting.Count > 0;

    /// <summary>True while it can be done now: no store has just failed.</summary>
    internal bool IsDue => IsBusy && !(failedAt is { } at && clock.Time.GetElapsedTime(at) < BetweenTries);

    /// <summary>Takes tasks whose state is not restored yet.</summary>
    internal void Add(IEnumerable<StreamTask> tasks)
    {
        foreach (var task in tasks.Where(task => task.IsRestoring && !waiting.Contains(task)))
        {
            waiting.Enqueue(task);
            unpaused.Add(task.Partition);
        }
    }

    /// <summary>These partitions are not owned any more: what was restored of them is dropped with their tasks.</summary>
    internal void Forget(IReadOnlyList<TopicPartition> partitions)
    {
        var left = waiting.Where(task => !partitions.Contains(task.Partition)).ToList();
        foreach (var gone in waiting.Except(left))
            Drop(gone);
        waiting.Clear();
        left.ForEach(waiting.Enqueue);
        unpaused.ExceptWith(partitions);
        if (run is { } current && partitions.Contains(current.Task.Partition))
            run = null;
        if (!IsBusy)
            End();
    }

    /// <summary>No task is owned any more.</summary>
    internal void Clear()
    {
        foreach (var task in waiting)
            Drop(task);
        waiting.Clear();
        unpaused.Clear();
        End();
    }

    /// <summary>Reads on for a short while.</summary>
    internal void Step(IStreamConsumer consumer)
    {
        if (unpaused.Count > 0)
        {
            consumer.Pause([.. unpaused]);
            unpaused.Clear();
        }
        if (!IsDue)
            return;
        try
        {
            run ??= Begin(consumer, waiting.Peek());
            if (ReadOn(run))
                Finish(consumer, run);
            else
                TakeTurns(run);
            failedAt = null;
        }
        catch (ClientException exception) when (exception.ErrorClass is ClientErrorClass.Retriable or ClientErrorClass.TopicMissing
            or ClientErrorClass.Rebalanced)
        {
            // What the step had read is not in the store: the reader begins again behind what is.
            Drop(waiting.Peek());
            run = null;
            notice.Waits("row images", exception.Message);
            clock.Pause(MaxStepTime);
        }
        catch (ImageStoreException exception)
        {
            // The store has what it had before, and its checkpoint: from there it goes on, after the others.
            Drop(waiting.Peek());
            waiting.Enqueue(waiting.Dequeue());
            run = null;
            failedAt = clock.Time.GetTimestamp();
            notice.Waits("row images where they are kept", exception.Message);
        }
    }

    private Run Begin(IStreamConsumer consumer, StreamTask task)
    {
        // A task in the restorer has state: Add sees to it.
        var state = task.State!;
        reader ??= clients.ChangelogReader(clientId + "-restore");
        var now = clock.Time.GetTimestamp();
        if (!begun.TryGetValue(task, out var begins))
        {
            state.Store.Open();
            var committed = consumer.Committed([task.Partition], CallWait)[task.Partition];
            var end = reader.End(state.Changelog, CallWait);
            if (state.Store.Checkpoint is { } at)
            {
                var start = reader.Start(state.Changelog, CallWait);
                if (at < start || at > end)
                {
                    StreamsLog.StateForeign(logger, task.Id.ToString(), at, state.Changelog.ToString(), start, end);
                    state.Store.Clear();
                }
            }
            StreamsLog.RestoreBegins(logger, task.Id.ToString(), state.Changelog.ToString(), state.Store.Checkpoint ?? 0, end);
            begun.Add(task, begins = new Run(task, state, committed, end, beganAt: now) { LastWord = now, MovedAt = now });
        }
        reader.Open(state.Changelog, state.Store.Checkpoint);
        notice.Waits("row images", FormattableString.Invariant($"{status.Name} restores {task.Partition} from {state.Changelog}."));
        begins.TurnBeganAt = now;
        return begins;
    }

    /// <summary>Reads until the end or until the step is over.</summary>
    /// <returns>True at the end.</returns>
    private bool ReadOn(Run current)
    {
        var changelog = current.State.Changelog;
        var from = reader!; // Begin made it.
        var begin = clock.Time.GetTimestamp();
        batch.Clear();
        var records = 0;
        var place = current.State.Store.Checkpoint ?? 0;
        while (place < current.End && records < MaxStepRecords && clock.Time.GetElapsedTime(begin) < MaxStepTime && !clock.Stop.IsCancellationRequested)
        {
            if (from.Poll(RecordWait, out var record))
            {
                records++;
                place = record.Offset + 1;
                if (record.Key is { } key)
                    batch.Add(new(key.ToArray(), record.Value?.ToArray()));
            }

            // Behind aborted records and markers there may be no record.
            place = Math.Max(place, from.Position(changelog) ?? 0);
        }
        current.State.Store.Write(batch, place);
        current.Records += records;
        metrics.Restored(records);
        metrics.ToRestore(changelog, Math.Max(0, current.End - place));
        current.State.Measure();
        var now = clock.Time.GetTimestamp();
        if (place != current.Place)
            (current.Place, current.MovedAt) = (place, now);
        else if (place < current.End && clock.Time.GetElapsedTime(current.MovedAt, now) > Patience)
            notice.Waits("row images", FormattableString.Invariant(
                $"{status.Name} has read {changelog} to offset {place} of {current.End}, and waits for the end of a transaction that is open there; it has a time-out."));
        if (place < current.End && clock.Time.GetElapsedTime(current.LastWord, now) > BetweenWords)
        {
            var rate = current.Records / clock.Time.GetElapsedTime(current.BeganAt, now).TotalSeconds;
            current.LastWord = now;
            StreamsLog.Restoring(logger, current.Task.Id.ToString(), current.Records, rate, place, current.End);
        }
        return place >= current.End;
    }

    private void TakeTurns(Run current)
    {
        if (waiting.Count == 1 || clock.Time.GetElapsedTime(current.TurnBeganAt) < Turn)
            return;
        waiting.Enqueue(waiting.Dequeue());
        run = null;
    }

    private void Finish(IStreamConsumer consumer, Run current)
    {
        var took = clock.Time.GetElapsedTime(current.BeganAt);
        var task = current.Task;
        consumer.Resume([task.Partition]);
        // Always, and to what the group has committed: a client that was paused before it knew its place may go on somewhere else.
        if (current.Committed is { } committed)
            consumer.Seek(new PartitionOffset(task.Partition, committed));
        else if (task.HeldFrom >= 0)
            consumer.Seek(new PartitionOffset(task.Partition, task.HeldFrom));

        // Not before: were the seek to fail, what comes until it is made again would be processed before what came too early.
        task.Restored();
        current.State.Store.Restored();
        metrics.RestoreTook(took);
        StreamsLog.RestoreEnds(logger, task.Id.ToString(), current.State.Store.Rows, current.Records, took.TotalSeconds);
        if (current.State.Store.HasForgotten)
            StreamsLog.ImagesForgotten(logger, task.Id.ToString());
        Drop(waiting.Dequeue());
        run = null;
        if (!IsBusy)
            End();
    }

    private void Drop(StreamTask task)
    {
        if (begun.Remove(task, out var dropped))
            metrics.RestoresNoMore(dropped.State.Changelog);
    }

    private void End()
    {
        run = null;
        reader?.Dispose();
        reader = null;
        failedAt = null;
        notice.Over();
    }

    /// <summary>One task's restore.</summary>
    private sealed class Run(StreamTask task, ImageState state, long? committed, long end, long beganAt)
    {
        internal StreamTask Task => task;

        internal long? Committed => committed;

        internal ImageState State => state;

        internal long End => end;

        internal long BeganAt => beganAt;

        internal long TurnBeganAt { get; set; }

        internal long LastWord { get; set; }

        internal long Place { get; set; } = -1;

        internal long MovedAt { get; set; }

        internal long Records { get; set; }
    }
}

using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;
using AuditStream.Core.Images;
using AuditStream.Streams.Claims;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tasks;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Loop;

/// <summary>What happens between two polls: process, commit, abort; and what a rebalance does to it.</summary>
/// <remarks>
/// <see cref="Revoked"/> gives partitions back, all or some, after the whole transaction was committed under the membership that owns them;
/// <see cref="Lost"/> without a commit. Both finish whatever happens: what they could not do is kept in a field and thrown by the next
/// <see cref="ThrowFailure"/>, because an exception inside a rebalance would leave the group waiting.
/// </remarks>
internal sealed class ProcessingCycle : IRebalanceListener
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private readonly StreamsSettings settings;
    private readonly StreamsMetrics metrics;
    private readonly ILogger logger;
    private readonly LoopClock clock;
    private readonly ThreadStatus status;
    private readonly TaskBoard board;
    private readonly LoopRole role;
    private readonly SizeLimiter size;
    private readonly OutcomeWriter outcomes;
    private readonly TaskClaimer claims;
    private readonly WaitingTasks waiting;
    private readonly OpenWork open;
    private readonly CommitContents contents;
    private readonly Backoff betweenAborts;
    private readonly List<PartitionOffset> offsets = [];
    private readonly List<PartitionOffset> behind = []; // to be sought where they stay
    private readonly GapWatch gaps;
    private readonly KeptFailure failure = new();
    private IStreamConsumer? consumer;
    private IUnitOfWork? work;
    private GroupMembership? membership;

    internal ProcessingCycle(
        LoopRole role,
        StreamsSettings settings,
        CommitContents contents,
        TaskClaimer claims,
        StreamsMetrics metrics,
        ILogger logger,
        LoopClock clock,
        ThreadStatus status)
    {
        this.role = role;
        this.settings = settings;
        this.contents = contents;
        this.claims = claims;
        this.metrics = metrics;
        this.logger = logger;
        this.clock = clock;
        this.status = status;
        board = new TaskBoard(role, settings, metrics, clock.Time);
        size = new SizeLimiter(settings.MaxTransactionRecords);
        outcomes = new OutcomeWriter(settings, role.Name, size, clock.Time, logger);
        waiting = new WaitingTasks(status, logger, clock.Time);
        open = new OpenWork(settings, clock.Time);
        gaps = new GapWatch(role.GroupOf(settings), metrics, logger);
        betweenAborts = new Backoff(FirstPause, LongestPause, new Random(status.Name.Length));
    }

    /// <summary>True when records are processed and not committed.</summary>
    internal bool HasOpenWork => open.Records > 0;

    /// <summary>True when no partition is owned.</summary>
    internal bool OwnsNothing => board.All.Count == 0;

    // Set by Use before anything else is called.
    private IStreamConsumer Consumer => consumer!;
    private IUnitOfWork Work => work!;

    /// <summary>Works with these clients from now on.</summary>
    internal void Use(IStreamConsumer newConsumer, IUnitOfWork newWork)
    {
        consumer = newConsumer;
        work = newWork;
    }

    /// <summary>Makes the producer ready.</summary>
    internal void Open() => Work.Open();

    /// <summary>Throws what a rebalance could not do.</summary>
    internal void ThrowFailure() => failure.Throw();

    /// <summary>How long until the open work is due for a commit if no record comes.</summary>
    internal TimeSpan WaitUntilDue() => open.WaitUntilDue();

    /// <summary>No record came in time.</summary>
    internal void Idle()
    {
        if (HasOpenWork && WaitUntilDue() == TimeSpan.Zero)
            Commit(seekBack: true);
        else if (!HasOpenWork && board.All.Any(task => contents.HasRange(task, [])))
            Commit(seekBack: true);
        gaps.Passed(Consumer, board.All.Where(task => task.Life == StreamTaskState.Running).Select(task => task.Partition));
        board.Measure(Consumer);
    }

    /// <summary>Lets tasks go on that wait, when it is time to try again. Before a poll only: a record that was polled is lent.</summary>
    internal void TryWaitingAgain() => waiting.TryAgain(Consumer, board.All);

    /// <summary>Processes one record, and commits when it is time.</summary>
    internal void Process(in RawRecord record)
    {
        if (board.Of(record) is not { } task)
            return;
        if (task.IsRestoring)
            task.Hold(record.Offset);
        if (task.Life != StreamTaskState.Running)
            return;
        if (record.Offset != task.Next.NextOffset && !TryReach(task, record))
            return;
        open.Take(task, record);
        task.Take(record.Offset);
        bool isDone;
        try
        {
            isDone = outcomes.Handle(task, record, Work);
            if (isDone)
            {
                contents.Processed(task, Work);
                task.Done(record.Offset, record.TimestampMilliseconds);
            }
            waiting.Done(task.Partition);
        }
        catch (SchemaNotNowException exception)
        {
            // Nothing of the record is out: it is as if it had not come yet.
            task.GiveBack();
            open.GiveBack();
            task.Wait();
            Consumer.Pause([task.Partition]);
            waiting.Add(task.Partition, exception.Message);
            return;
        }
        catch (ClientException exception) when (exception.ErrorClass == ClientErrorClass.TooLarge)
        {
            Abort(AbortCause.TooLarge, exception.Message, seekBack: true);
            return;
        }
        catch (ClientException exception) when (exception.CostsTheTransaction)
        {
            OnRefused(exception, seekBack: true);
            return;
        }
        catch (ImageStoreException exception)
        {
            Abort(AbortCause.ImageStore, exception.Message, seekBack: true);
            RestoreAgain(task, exception);
            return;
        }
        catch (Exception exception) when (exception is not (ClientException or StreamsException))
        {
            // Where it was thrown and no more: the message of an exception that is not ours may quote a row's value.
            var why = exception is DeadLetterTooLargeException or ImagesForgottenException
                ? exception.Message : $"the handler threw {exception.GetType().Name}";
            StopTask(task, record.Offset, why, exception, seekBack: true);
            return;
        }
        if (!isDone)
            CommitPart(task, record.Offset);
        else if (open.IsDue(size.MaxRecords))
            Commit(seekBack: true);
    }

    /// <summary>Commits what is open and closes the ledger, before the consumer leaves.</summary>
    internal void CommitBeforeStop() => Commit(seekBack: false, closing: [.. board.All.Select(task => task.Partition)]);

    /// <summary>Drops everything: tasks, what is open, the producer.</summary>
    internal void Drop(AbortCause cause)
    {
        if (HasOpenWork)
            metrics.Aborted(cause);
        open.Forget();
        contents.Aborted();
        foreach (var task in board.All)
            metrics.Released(task.Partition);
        board.Clear();
        claims.Clear();
        waiting.Clear();
        status.Owns([]);
        membership = null;
        failure.Forget();
        work?.Dispose();
        work = null;
    }

    /// <inheritdoc/>
    public void Assigned(IReadOnlyList<TopicPartition> partitions, GroupMembership membership) => Guarded(() =>
    {
        if (partitions.FirstOrDefault(partition => !role.MayOwn(settings, partition.Topic)) is { Topic: not null } own)
            throw new StreamsException($"Taking partitions failed: {own.Topic} is one of the pipeline's own topics.");
        this.membership = membership;
        board.Add(partitions);
        claims.Add(board.All);
        status.Owns(board.Names);
        if (partitions.Count > 0)
            StreamsLog.Assigned(logger, status.Name, partitions.Count, string.Join(", ", board.Names.Order(StringComparer.Ordinal)));
    });

    /// <inheritdoc/>
    public void Revoked(IReadOnlyList<TopicPartition> partitions)
    {
        try
        {
            Guarded(() => Commit(seekBack: false, closing: partitions));
        }
        finally
        {
            Release(partitions);
            StreamsLog.Revoked(logger, status.Name, partitions.Count);
        }
    }

    /// <inheritdoc/>
    public void Lost(IReadOnlyList<TopicPartition> partitions)
    {
        try
        {
            Guarded(() => Abort(AbortCause.Lost, "the partitions have another owner.", seekBack: false));
        }
        finally
        {
            Release(partitions);
            StreamsLog.Lost(logger, status.Name, partitions.Count);
        }
    }

    // A transaction may be for the ledger alone; without a membership that can wait.
    private void Commit(bool seekBack, params IReadOnlyCollection<TopicPartition> closing)
    {
        var committed = board.All.Where(task => contents.IsCommitted(task, closing));
        if (!HasOpenWork && (membership is null || !committed.Any()))
            return;
        var breach = board.All.FirstOrDefault(task => !task.IsBalanced);
        if (breach is not null)
        {
            metrics.Breached(breach.Id.Topic);
            StopTask(breach, breach.Next.NextOffset, breach.BreachText, null, seekBack);
            return;
        }
        offsets.Clear();
        offsets.AddRange(committed.Select(task => task.Place));
        if (membership is null || offsets.Count == 0)
        {
            Abort(AbortCause.Lost, "the membership ended before the commit.", seekBack);
            return;
        }
        var begin = clock.Time.GetTimestamp();
        try
        {
            contents.Write(board.All, closing, Work);
            Work.Commit(offsets, membership);
        }
        catch (ClientException exception) when (exception.CostsTheTransaction)
        {
            OnRefused(exception, seekBack);
            return;
        }
        metrics.CommitTook(clock.Time.GetElapsedTime(begin));
        Book();
    }

    // The record that is not finished is fetched again: between two parts the thread polls, and serves rebalances.
    private void CommitPart(StreamTask task, long offset)
    {
        // Before the commit, because an abort may go back further.
        Consumer.Seek(new PartitionOffset(task.Partition, offset));
        task.GiveBack(hasPart: true);
        open.GiveBack();
        Commit(seekBack: true);
    }

    // False when a record that is not at its task's place is not to be processed now.
    private bool TryReach(StreamTask task, in RawRecord record)
    {
        if (!gaps.TryLook(Consumer, task.Partition, task.Next.NextOffset, record, out var leap))
            return false;
        if (leap is not { } from)
            return true;

        // What was processed before is committed before, so that the account ends there. Where that fails it comes again, and then this record.
        var place = task.Next;
        Commit(seekBack: true);
        if (task.Next != place || task.HasProgress || task.Life != StreamTaskState.Running)
            return false;
        task.Leap(from, record.Offset);
        return true;
    }

    private void Book()
    {
        size.Committed();
        contents.Committed();
        betweenAborts.Reset();
        foreach (var task in board.All.Where(task => task.HasProgress))
        {
            metrics.Committed(task.Id.Topic, task.Open);
            if (task.Committed() is { } fault)
                RestoreAgain(task, fault);
            size.Forget(task.Next);
        }
        board.Measure(Consumer);
        open.Forget();
    }

    private void RestoreAgain(StreamTask task, ImageStoreException fault)
    {
        StreamsLog.StoreFailed(logger, task.Id.ToString(), fault.Message);
        waiting.Forget([task.Partition]);
        task.RestoreAgain();
        claims.RestoreAgain(task);
    }

    private void OnRefused(ClientException exception, bool seekBack)
    {
        if (!exception.IsAboutSize)
        {
            // When an earlier record was too large for the broker, the client refuses the next one without saying why; shorter transactions
            // find out.
            size.Halve(open.Records);
            Abort(AbortCause.ClientError, exception.Message, seekBack);
            if (seekBack)
                clock.Pause(betweenAborts.Next());
            return;
        }
        if (open.Records == 1 && open.LastTask is { } task)
        {
            if (size.IsTooLarge(task.Partition, open.LastOffset))
            {
                StopTask(task, open.LastOffset, "the record fits neither topic, not even as a dead letter", exception, seekBack);
                return;
            }
            size.Mark(task.Partition, open.LastOffset);
        }
        size.Halve(open.Records);
        Abort(AbortCause.TooLarge, exception.Message, seekBack);
    }

    private void StopTask(StreamTask task, long offset, string why, Exception? exception, bool seekBack)
    {
        task.Stop();
        waiting.Forget([task.Partition]);
        status.TaskStopped(task.Partition.ToString(), FormattableString.Invariant($"at offset {offset}: {why}"));
        StreamsLog.TaskStopped(logger, task.Id.ToString(), offset, why, exception?.StackTrace ?? "");
        if (seekBack)
            Consumer.Pause([task.Partition]);
        Abort(AbortCause.TaskStopped, why, seekBack);
    }

    private void Abort(AbortCause cause, string why, bool seekBack)
    {
        if (!HasOpenWork && !contents.IsOpen)
            return;
        metrics.Aborted(cause);
        StreamsLog.Aborted(logger, status.Name, cause.ToString(), why);
        Work.Abort();
        contents.Aborted();
        foreach (var task in board.All)
        {
            // The consumer's position is ahead of what counts.
            var isAhead = task.Restart.NextOffset >= 0 && task.Open.Consumed > 0;
            if (isAhead && seekBack)
                Consumer.Seek(task.Restart);
            else if (isAhead)
                behind.Add(task.Restart);
            task.Aborted();
        }
        open.Forget();
    }

    private void Release(IReadOnlyList<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
            metrics.Released(partition);
        board.Remove(partitions);
        claims.Forget(partitions);
        waiting.Forget(partitions);
        status.Owns(board.Names);
        if (OwnsNothing)
            membership = null;
        // Of what stays, the commit that failed must be done again.
        foreach (var place in behind.Where(place => !partitions.Contains(place.Partition)))
            Guarded(() => Consumer.Seek(place));
        behind.Clear();
    }

    // A rebalance must be finished whatever happens: what goes wrong in it is thrown after it.
    private void Guarded(Action action) => failure.Guard(action);
}

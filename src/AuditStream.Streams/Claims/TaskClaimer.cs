using AuditStream.Streams.Loop;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Restore;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tasks;
using AuditStream.Streams.Topics;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Claims;

/// <summary>Brings newly owned tasks to work, in steps between which the thread polls and serves rebalances.</summary>
/// <remarks>
/// Purpose: after a crash the partitions flow again at once, and a task begins with what its last owner has committed. Design: while its
/// partition is paused the last record of each task is read, uncommitted ones included, because a dead owner's transaction is open; what dead
/// owners left is ended (<see cref="OwnerFence"/>) before anything waits for it; then the group's offsets are asked for, which waits for what
/// is pending on them; then the records' end is taken, and committed records are read up to it: a transaction that the offsets tell of may not
/// be marked there yet. Then a task begins, or its state is restored (<see cref="StateRestorer"/>). Guarantee: nothing of a task is processed
/// before, and a record that came too early comes again.
/// <para>Only the fence gives up, because what it would end ends by itself. The rest is tried for as long as the task is owned: to begin without it would be
/// to process twice, or on another state, and what is waited for passes (a broker that is away, a transaction that has a time-out). What does not
/// pass is seen: each stage says what it waits for and why after <see cref="Patience"/>, in the log, in the report, and again every 30 s.</para>
/// </remarks>
internal sealed class TaskClaimer
{
    private static readonly TimeSpan OffsetsWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a stage may take before it says what it waits for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>A first record that comes later than so long after its task was ready says nothing about the take-over.</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(5);

    private readonly StreamsSettings settings;
    private readonly LoopRole role;
    private readonly IClientFactory clients;
    private readonly string clientId;
    private readonly StateRestorer restorer;
    private readonly StreamsMetrics metrics;
    private readonly LoopClock clock;
    private readonly ThreadStatus status;
    private readonly OwnerFence fence;
    private readonly WaitNotice notice;
    private readonly List<StreamTask> claiming = [];
    private readonly HashSet<TopicPartition> unpaused = [];
    private IReadOnlyDictionary<TopicPartition, long?> committed = new Dictionary<TopicPartition, long?>();
    private TaskRecordReader? reader;
    private ClaimStage stage;
    private long stageBegan;
    private long? assignedAt;
    private long? readyAt;

    internal TaskClaimer(
        LoopRole role,
        StreamsSettings settings,
        IClientFactory clients,
        string clientId,
        StateRestorer restorer,
        StreamsMetrics metrics,
        ILogger logger,
        LoopClock clock,
        ThreadStatus status)
    {
        this.role = role;
        this.settings = settings;
        this.clients = clients;
        this.clientId = clientId;
        this.restorer = restorer;
        this.metrics = metrics;
        this.clock = clock;
        this.status = status;
        fence = new OwnerFence(settings.ApplicationId, clientId, clients, metrics, logger);
        notice = new WaitNotice(status, logger, clock.Time);
    }

    /// <summary>True while a task is on its way to work.</summary>
    internal bool IsBusy => claiming.Count > 0 || restorer.IsBusy;

    /// <summary>True while there is something that can be done now.</summary>
    internal bool IsDue => claiming.Count > 0 || restorer.IsDue;

    /// <summary>Takes a task that is this owner's, and whose state is to be read once more.</summary>
    internal void RestoreAgain(StreamTask task) => restorer.Add([task]);

    /// <summary>Takes tasks that have not begun.</summary>
    internal void Add(IEnumerable<StreamTask> tasks)
    {
        var added = tasks.Where(task => task.Life == StreamTaskState.Created && !claiming.Contains(task)).ToList();
        if (added.Count == 0)
            return;
        claiming.AddRange(added);
        unpaused.UnionWith(added.Select(task => task.Partition));
        assignedAt ??= clock.Time.GetTimestamp();
        readyAt = null;
        fence.Begin();
        Become(settings.Guarantee == ProcessingGuarantee.AtLeastOnce ? ClaimStage.Offsets : ClaimStage.Owners);
    }

    /// <summary>These partitions are not owned any more.</summary>
    internal void Forget(IReadOnlyList<TopicPartition> partitions)
    {
        claiming.RemoveAll(task => partitions.Contains(task.Partition));
        unpaused.ExceptWith(partitions);
        restorer.Forget(partitions);
        if (claiming.Count == 0)
            End();
        if (!IsBusy)
            assignedAt = null;
    }

    /// <summary>No task is owned any more.</summary>
    internal void Clear()
    {
        claiming.Clear();
        unpaused.Clear();
        restorer.Clear();
        End();
        assignedAt = null;
    }

    /// <summary>Goes on for a short while.</summary>
    internal void Step(IStreamConsumer consumer)
    {
        if (claiming.Count > 0)
            Claim(consumer);
        if (restorer.IsBusy)
            restorer.Step(consumer);
        if (!IsBusy)
            readyAt ??= clock.Time.GetTimestamp();
    }

    /// <summary>A record was processed.</summary>
    internal void Processed()
    {
        if (IsBusy || assignedAt is not { } begin)
            return;
        if (readyAt is { } ready && clock.Time.GetElapsedTime(ready) < LongestIdle)
            metrics.TookOver(clock.Time.GetElapsedTime(begin));
        assignedAt = null;
    }

    private void Claim(IStreamConsumer consumer)
    {
        if (unpaused.Count > 0)
        {
            consumer.Pause([.. unpaused]);
            unpaused.Clear();
        }
        try
        {
            while (claiming.Count > 0 && Advance(consumer))
            {
            }
            if (claiming.Count > 0 && clock.Time.GetElapsedTime(stageBegan) > Patience)
                notice.Waits(What, Why);
        }
        catch (ClientException exception) when (exception.ErrorClass is ClientErrorClass.Retriable or ClientErrorClass.TopicMissing
            or ClientErrorClass.Rebalanced)
        {
            notice.Waits(What, $"{exception.Message} {Why}");
            clock.Pause(BetweenTries);
        }
    }

    private string What => stage switch
    {
        ClaimStage.Fence => "former owners of tasks",
        ClaimStage.Offsets => "the group's offsets",
        _ => "records of tasks",
    };

    private string Why => stage switch
    {
        ClaimStage.Owners => $"{status.Name} reads on {settings.TasksTopic} who owned its partitions last.",
        ClaimStage.Fence => $"{status.Name} asks which of them live, and ends what the others left open.",
        ClaimStage.Offsets => $"Where a transaction of a former owner is open on them, {status.Name} waits for its end; it has a time-out.",
        _ => $"Where a transaction is open on {settings.TasksTopic}, {status.Name} waits for its end; it has a time-out.",
    };

    // False when others are to be served before it goes on.
    private bool Advance(IStreamConsumer consumer)
    {
        switch (stage)
        {
            case ClaimStage.Owners:
                if (!Read(committedOnly: false).ReadOn())
                    return false;
                Enter(ClaimStage.Fence);
                return true;
            case ClaimStage.Fence:
                // The stage before it made the reader.
                var hasWaited = fence.Fence(consumer, claiming.Select(task => reader!.Of(task)?.Owner ?? ""));
                Become(ClaimStage.Offsets);
                return !hasWaited;
            case ClaimStage.Offsets:
                committed = consumer.Committed([.. claiming.Select(task => task.Partition)], OffsetsWait);
                Enter(ClaimStage.Ledger);
                return true;
            default:
                if (!Read(committedOnly: true).ReadOn())
                    return false;
                Finish(consumer);
                return true;
        }
    }

    private void Finish(IStreamConsumer consumer)
    {
        foreach (var task in claiming.ToArray())
        {
            task.Inherit(reader?.Of(task)?.Ledger ?? default(ReadOnlyMemory<byte>), committed.GetValueOrDefault(task.Partition));
            if (task.State is null)
                GoOn(consumer, task);

            // Not before: were the seek to fail, what comes until it is made again would be processed before what came too early.
            task.Begin();
            claiming.Remove(task);
            if (task.State is not null)
                restorer.Add([task]);
        }
        End();
    }

    private void GoOn(IStreamConsumer consumer, StreamTask task)
    {
        consumer.Resume([task.Partition]);

        // Always, and to what the group has committed: a client that was paused before it knew its place may go on somewhere else.
        if (committed.GetValueOrDefault(task.Partition) is { } next)
            consumer.Seek(new PartitionOffset(task.Partition, next));
        else if (task.HeldFrom >= 0)
            consumer.Seek(new PartitionOffset(task.Partition, task.HeldFrom));
    }

    private TaskRecordReader Read(bool committedOnly) => reader ??= new TaskRecordReader(
        clients.TaskReader(clientId + "-tasks", role.GroupOf(settings), committedOnly), settings.TasksTopic,
        claiming.Select(task => RowPartition.Of(task.RecordKey, settings.TaskPartitions)).Distinct().Order(), clock);

    private void Become(ClaimStage next)
    {
        Enter(next);
        reader?.Dispose();
        reader = null;
    }

    private void Enter(ClaimStage next)
    {
        stage = next;
        stageBegan = clock.Time.GetTimestamp();
    }

    private void End()
    {
        Become(ClaimStage.Owners);
        notice.Over();
    }
}

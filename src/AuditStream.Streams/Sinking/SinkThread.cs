using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;
using AuditStream.Core.Sink;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tasks;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Sinking;

/// <summary>Final topic and dead letters → batches → store → offsets.</summary>
/// <remarks>
/// Purpose: every committed event once in the store. Design: one thread polls and fills the next batch while the previous one is written
/// by the store; offsets are committed after the batch they belong to, so a crash repeats rows and never loses one; the store knows what it
/// has. Guarantee: order per partition; nothing of a revoked partition is committed; a batch that cannot be written is tried until it can,
/// with the partitions paused and the consumer polled, so that the group stays whole.
/// </remarks>
internal sealed class SinkThread : IRebalanceListener
{
    private static readonly TimeSpan PollIdle = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PollWhileWriting = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan JoinGrace = TimeSpan.FromSeconds(10);

    /// <summary>How long a full batch waits for the one before it without a poll; pausing at once would throw the fetch-ahead
    /// away.</summary>
    private static readonly TimeSpan WaitWithoutPoll = TimeSpan.FromSeconds(1);

    /// <summary>How long a rebalance waits for a batch that is under way: much less than the group allows for (300 s).</summary>
    private static readonly TimeSpan WaitInRebalance = TimeSpan.FromSeconds(10);

    private readonly StreamsSettings settings;
    private readonly IClientFactory clients;
    private readonly ILogger logger;
    private readonly LoopClock clock;
    private readonly WaitNotice notice;
    private readonly Backoff backoff;
    private readonly Retries retries;
    private readonly RecordRows rows;
    private readonly SchemaWaits schemaWaits;
    private readonly StoreWriter writer;
    private readonly StreamsMetrics metrics;
    private readonly GapWatch gaps;
    private readonly Dictionary<TopicPartition, long> places = [];
    private readonly string clientId;
    private readonly HashSet<TopicPartition> owned = [];
    private SinkBatch building = new(assignment: 0);
    private long assignments;
    private IStreamConsumer? consumer;
    private Exception? failure;
    private bool isPaused;
    private long joinedAt;
    private SinkState state = SinkState.Created;

    internal SinkThread(
        StreamsSettings settings,
        IClientFactory clients,
        string fingerprint,
        ISchemaSource? schemas,
        IAuditStore store,
        StreamsMetrics metrics,
        ILogger logger,
        LoopClock clock)
    {
        this.settings = settings;
        this.clients = clients;
        this.logger = logger;
        this.clock = clock;
        this.metrics = metrics;
        Status = new ThreadStatus("sink-1");
        clientId = $"{settings.ApplicationId}-{settings.ProcessId}-sink";
        notice = new WaitNotice(Status, logger, clock.Time);
        var random = new Random(clientId.Length);
        backoff = new Backoff(FirstBackoff, LongestBackoff, random);
        retries = new Retries(clock, logger);
        gaps = new GapWatch(settings.SinkGroup, metrics, logger);
        rows = new RecordRows(settings, fingerprint, schemas);
        schemaWaits = new SchemaWaits(Status, logger, clock.Time);
        writer = new StoreWriter(store, metrics, logger, clock, Status, random);
    }

    /// <summary>What it says about itself.</summary>
    internal ThreadStatus Status { get; }

    // Set by Join before anything polls.
    private IStreamConsumer Consumer => consumer!;

    /// <summary>Runs until told to stop.</summary>
    /// <exception cref="StreamsException">It cannot go on.</exception>
    internal void Run()
    {
        using (writer)
        {
            while (!clock.Stop.IsCancellationRequested)
            {
                try
                {
                    Join();
                    while (!clock.Stop.IsCancellationRequested)
                        Step();
                }
                catch (ClientException exception) when (exception.ErrorClass != ClientErrorClass.Fatal)
                {
                    Rejoin(exception);
                }
                catch (Exception exception)
                {
                    throw Fail(exception);
                }
            }
            Stop();
        }
    }

    /// <inheritdoc/>
    public void Assigned(IReadOnlyList<TopicPartition> partitions, GroupMembership membership)
    {
        owned.UnionWith(partitions);
        assignments++;
        if (building.Count == 0)
            building = new SinkBatch(assignments);
        isPaused = false;
        Status.Owns(owned.Select(partition => partition.ToString()));
        StreamsLog.Assigned(logger, Status.Name, partitions.Count, string.Join(", ", partitions.Order()));
    }

    /// <inheritdoc/>
    public void Revoked(IReadOnlyList<TopicPartition> partitions)
    {
        try
        {
            // What is under way may still become ours to commit; what was not begun, or was dropped, is read again by the next owner.
            if (writer.HasBatch && writer.Wait(WaitInRebalance) && writer.Tend() is { } written)
                Commit(written);
        }
#pragma warning disable CA1031 // Nothing is swallowed: the next step throws it; a rebalance must be finished.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure ??= exception;
        }
        finally
        {
            Release(partitions);
            StreamsLog.Revoked(logger, Status.Name, partitions.Count);
        }
    }

    /// <inheritdoc/>
    public void Lost(IReadOnlyList<TopicPartition> partitions)
    {
        Release(partitions);
        StreamsLog.Lost(logger, Status.Name, partitions.Count);
    }

    private void Join()
    {
        Become(SinkState.Joining);
        consumer = clients.SinkConsumer(clientId);
        consumer.Subscribe([settings.FinalTopic, settings.DeadLetterTopic], this);
        joinedAt = clock.Time.GetTimestamp();
    }

    private void Step()
    {
        if (writer.Tend() is { } written)
            Commit(written);
        if (!writer.IsBusy && IsDue())
            BeginWrite();
        var inTrouble = writer.Trouble is not null;
        if (!inTrouble && IsFull() && writer.Wait(WaitWithoutPoll))
            return;
        Hold(inTrouble || IsFull());
        if (!isPaused)
            schemaWaits.TryAgain(Consumer);
        if (!Poll(out var record))
            gaps.Passed(Consumer, owned);
        else if (owned.Contains(new TopicPartition(record.Topic, record.Partition)))
            Take(record);
        if (Interlocked.Exchange(ref failure, null) is { } exception)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
        Observe();
    }

    private void Take(in RawRecord record)
    {
        var partition = new TopicPartition(record.Topic, record.Partition);
        var place = places.GetValueOrDefault(partition, -1);
        if (record.Offset != place && !gaps.TryLook(Consumer, partition, place, record, out _))
            return;
        try
        {
            rows.Add(building, record, clock.Time.GetTimestamp());
            places[partition] = record.Offset + 1;
            schemaWaits.Done(partition);
        }
        catch (SchemaNotNowException exception)
        {
            schemaWaits.Add(Consumer, record, exception.Message);
        }
    }

    private bool IsFull() => building.Count >= settings.SinkBatchRows || building.Bytes >= settings.SinkBatchBytes;

    private bool IsDue() => building.Count > 0 && (IsFull() || LingerLeft() <= TimeSpan.Zero);

    private TimeSpan LingerLeft() => TimeSpan.FromMilliseconds(settings.SinkLingerMilliseconds) - clock.Time.GetElapsedTime(building.Begun);

    private void BeginWrite()
    {
        writer.Begin(building);
        building = new SinkBatch(assignments);
    }

    // A held consumer is polled all the same: silence would cost the partitions.
    private void Hold(bool hold)
    {
        if (hold == isPaused || owned.Count == 0)
            return;
        if (hold)
            Consumer.Pause(owned);
        else
            Consumer.Resume([.. owned.Where(partition => !schemaWaits.Holds(partition))]);
        isPaused = hold;
    }

    private bool Poll(out RawRecord record)
    {
        // In trouble nothing is begun, however long the open batch has lingered.
        var wait = writer.Trouble is not null ? PollIdle : writer.IsBusy ? PollWhileWriting : building.Count > 0 ? LingerLeft() : PollIdle;
        try
        {
            return Consumer.Poll(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, out record);
        }
        catch (ClientException exception) when (exception.ErrorClass is ClientErrorClass.Retriable or ClientErrorClass.TopicMissing
            or ClientErrorClass.Rebalanced)
        {
            if (owned.Count == 0)
                notice.Waits(exception.ErrorClass == ClientErrorClass.TopicMissing ? "the final topic" : "Kafka", exception.Message);
            record = default;
            return false;
        }
    }

    private void Observe()
    {
        if (owned.Count == 0)
        {
            if (state != SinkState.Joining)
                joinedAt = clock.Time.GetTimestamp();
            Become(SinkState.Joining);
            if (clock.Time.GetElapsedTime(joinedAt) > JoinGrace)
                notice.Waits("partitions of the final topic", "the topic is missing, or other members own all.");
            return;
        }
        if (state == SinkState.Joining)
        {
            notice.Over();
            backoff.Reset();
        }
        Become(writer.Trouble switch
        {
            StoreErrorClass.Systemic => SinkState.Blocked,
            not null => SinkState.Retrying,
            null => SinkState.Running,
        });
    }

    private void Commit(SinkBatch written)
    {
        var offsets = written.Offsets.Where(offset => owned.Contains(offset.Partition)).ToArray();
        if (offsets.Length == 0)
            return;
        try
        {
            retries.Call(_ => Consumer.Commit(offsets));
        }
        catch (ClientException exception) when (exception.ErrorClass == ClientErrorClass.Rebalanced)
        {
            // The rows are in the store; the next owner writes them again and the store counts duplicates.
            StreamsLog.CommitLost(logger, Status.Name, exception.Code);
        }
    }

    // Eager rebalances take everything, so every pending row belongs to a partition that is gone.
    private void Release(IReadOnlyList<TopicPartition> partitions)
    {
        schemaWaits.Forget(partitions);
        owned.ExceptWith(partitions);
        foreach (var partition in partitions)
            places.Remove(partition);
        building = new SinkBatch(assignments);
        writer.Drop();
        isPaused = false;
        Status.Owns(owned.Select(partition => partition.ToString()));
    }

    private void Rejoin(ClientException exception)
    {
        Release([.. owned]);
        Leave();
        if (clock.Stop.IsCancellationRequested)
            return;
        var pause = backoff.Next();
        StreamsLog.Rejoining(logger, Status.Name, pause.TotalSeconds, exception.Message);
        clock.Pause(pause);
    }

    private StreamsException Fail(Exception exception)
    {
        Become(SinkState.Failed);
        Status.Error(exception.Message, needsPerson: true);
        StreamsLog.Failed(logger, Status.Name, exception is ClientException or StreamsException ? exception.Message : exception.ToString());
        Release([.. owned]);
        Leave();
        return exception as StreamsException ?? new StreamsException($"{Status.Name} cannot go on: {exception.Message}", exception);
    }

    // Stop consuming → write what is open → commit → leave the group.
    private void Stop()
    {
        var begin = clock.Time.GetTimestamp();
        Become(SinkState.Stopping);
        notice.Over();
        try
        {
            Drain();
        }
        catch (ClientException exception)
        {
            StreamsLog.DrainCut(logger, Status.Name, exception.Message);
        }
        Release([.. owned]);
        Leave();
        Become(SinkState.Stopped);
        StreamsLog.Stopped(logger, Status.Name, clock.Time.GetElapsedTime(begin).TotalSeconds);
    }

    private void Drain()
    {
        while (!clock.IsDrainOver && (writer.IsBusy || building.Count > 0))
        {
            if (writer.Trouble is not null && !writer.IsAttempting)
                break; // the store is away: what is open is read again after the next start
            if (!writer.IsBusy)
                BeginWrite();
            writer.Wait(PollIdle);
            if (writer.Tend() is { } written)
                Commit(written);
        }
        if (writer.IsBusy || building.Count > 0)
            StreamsLog.DrainCut(logger, Status.Name, "The store did not take the last batch.");
    }

    private void Leave()
    {
        try
        {
            consumer?.Close();
        }
        catch (ClientException exception)
        {
            StreamsLog.DrainCut(logger, Status.Name, exception.Message);
        }
        consumer?.Dispose();
        consumer = null;
    }

    private void Become(SinkState next)
    {
        state = next;
        Status.State(next.ToString());
        metrics.ThreadIs(TaskId.Sink, Status.Name, next.ToString());
    }
}

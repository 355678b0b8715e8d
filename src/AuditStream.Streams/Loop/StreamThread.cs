using AuditStream.Core.Flow;
using AuditStream.Streams.Claims;
using AuditStream.Streams.Ledger;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Restore;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tasks;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Loop;

/// <summary>The life of one thread of normalize or images: clients, group, and the way back after what cannot be mended in place.</summary>
/// <remarks>
/// Purpose: consume, process, produce events, dead letters and offsets in one transaction. Design: one consumer, one producer, one
/// thread; everything,
/// rebalances included, happens on it, so nothing here is locked. What may be retried is retried in place (<see cref="Retries"/>); what
/// costs the
/// transaction is aborted (<see cref="ProcessingCycle"/>); everything else is mended by one road: dispose both clients, and join again.
/// Guarantee: a raw
/// record's events, its dead letter and the offset after it become visible together or not at all.
/// </remarks>
internal sealed class StreamThread
{
    private static readonly TimeSpan PollIdle = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan JoinGrace = TimeSpan.FromSeconds(10);

    private readonly StreamsSettings settings;
    private readonly IClientFactory clients;
    private readonly ILogger logger;
    private readonly LoopClock clock;
    private readonly WaitNotice notice;
    private readonly Backoff backoff;
    private readonly LoopRole role;
    private readonly TaskClaimer claims;
    private readonly ProcessingCycle cycle;
    private readonly StreamsMetrics metrics;
    private readonly string clientId;
    private IStreamConsumer? consumer;
    private long joinedAt;
    private StreamThreadState state = StreamThreadState.Created;

    internal StreamThread(
        int number,
        LoopRole role,
        StreamsSettings settings,
        IClientFactory clients,
        StreamsMetrics metrics,
        ILogger logger,
        LoopClock clock)
    {
        this.role = role;
        this.settings = settings;
        this.clients = clients;
        this.logger = logger;
        this.clock = clock;
        this.metrics = metrics;
        Status = new ThreadStatus(FormattableString.Invariant($"{role.Name}-{number}"));
        clientId = FormattableString.Invariant($"{settings.ApplicationId}-{settings.ProcessId}-{role.ClientPart}{number}");
        notice = new WaitNotice(Status, logger, clock.Time);
        backoff = new Backoff(FirstBackoff, LongestBackoff, new Random(clientId.Length + number));
        var records = new TaskRecordWriter(settings, settings.Guarantee == ProcessingGuarantee.AtLeastOnce ? "" : clientId);
        var restorer = new StateRestorer(clients, clientId, metrics, logger, clock, Status);
        claims = new TaskClaimer(role, settings, clients, clientId, restorer, metrics, logger, clock, Status);
        var ledger = role.Account is { } account ? new LedgerWriter(settings, account(), clock.Time) : null;
        cycle = new ProcessingCycle(role, settings, new CommitContents(records, ledger, metrics), claims, metrics, logger, clock, Status);
    }

    /// <summary>What it says about itself.</summary>
    internal ThreadStatus Status { get; }

    /// <summary>Where it is in its life.</summary>
    internal StreamThreadState State => state;

    /// <summary>Runs until told to stop.</summary>
    /// <exception cref="StreamsException">It cannot go on.</exception>
    internal void Run()
    {
        while (!clock.Stop.IsCancellationRequested)
        {
            try
            {
                Become(StreamThreadState.Connecting);
                if (!Connect())
                    break;
                Become(StreamThreadState.Joining);
                Work();
            }
            catch (ClientException exception) when (exception.ErrorClass is not ClientErrorClass.Fatal)
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

    private bool Connect()
    {
        var work = settings.Guarantee == ProcessingGuarantee.ExactlyOnceV2 ? clientId : null;
        consumer = role.Consumer(clientId);
        var producer = clients.Producer(clientId, work, role.TellsOffsets);
        cycle.Use(consumer, work is null
            ? new PlainWork(producer, consumer, clock, logger) : new TransactionalWork(producer, clock, logger));
        while (!clock.Stop.IsCancellationRequested)
        {
            try
            {
                cycle.Open();
                notice.Over();
                consumer.Subscribe(role.Subscription, cycle);
                joinedAt = clock.Time.GetTimestamp();
                return true;
            }
            catch (ClientException exception) when (exception.ErrorClass == ClientErrorClass.Retriable)
            {
                notice.Waits("Kafka", exception.Message);
                clock.Pause(FirstBackoff);
            }
        }
        return false;
    }

    private void Work()
    {
        while (!clock.Stop.IsCancellationRequested)
        {
            cycle.TryWaitingAgain();
            var polled = Poll(out var record);
            cycle.ThrowFailure();
            Observe();
            if (polled)
                Process(record);
            else
                cycle.Idle();

            // After the poll, which serves rebalances: partitions that were taken in it can be paused now.
            if (claims.IsBusy)
                claims.Step(consumer!); // As in Poll.
        }
    }

    private void Process(in RawRecord record)
    {
        cycle.Process(record);
        if (cycle.HasOpenWork)
            claims.Processed();
    }

    private bool Poll(out RawRecord record)
    {
        try
        {
            // The consumer is there between Connect and the end of Work.
            return consumer!.Poll(claims.IsDue ? TimeSpan.Zero : cycle.HasOpenWork ? cycle.WaitUntilDue() : PollIdle, out record);
        }
        catch (ClientException exception) when (exception.ErrorClass is ClientErrorClass.Retriable or ClientErrorClass.TopicMissing
            or ClientErrorClass.Rebalanced)
        {
            if (cycle.OwnsNothing)
                notice.Waits(exception.ErrorClass == ClientErrorClass.TopicMissing ? role.Input : "Kafka", exception.Message);
            record = default;
            return false;
        }
    }

    // State, and what is waited for, from what the last poll brought.
    private void Observe()
    {
        if (!cycle.OwnsNothing)
        {
            if (state == StreamThreadState.Joining)
            {
                Become(StreamThreadState.Running);
                notice.Over();
                backoff.Reset();
            }
            return;
        }
        if (state == StreamThreadState.Running)
        {
            Become(StreamThreadState.Joining);
            joinedAt = clock.Time.GetTimestamp();
        }
        if (clock.Time.GetElapsedTime(joinedAt) > JoinGrace)
        {
            var subscription = string.Join(", ", role.Subscription);
            notice.Waits(
                $"partitions of {role.Input}",
                $"none is assigned to {Status.Name}: no topic matches {subscription} yet, or other members own all.");
        }
    }

    private void Rejoin(ClientException exception)
    {
        cycle.Drop(exception.ErrorClass == ClientErrorClass.Fenced ? AbortCause.Fenced : AbortCause.ClientError);
        Leave();
        if (clock.Stop.IsCancellationRequested)
            return;
        var pause = backoff.Next();
        Status.Error(exception.Message, needsPerson: false);
        StreamsLog.Rejoining(logger, Status.Name, pause.TotalSeconds, exception.Message);
        clock.Pause(pause);
        Status.Error(error: null, needsPerson: false);
    }

    private StreamsException Fail(Exception exception)
    {
        Become(StreamThreadState.Failed);
        var why = exception is ClientException or StreamsException ? exception.Message : exception.ToString();
        Status.Error(why, needsPerson: true);
        StreamsLog.Failed(logger, Status.Name, why);
        cycle.Drop(AbortCause.ClientError);
        Leave();
        return exception as StreamsException ?? new StreamsException($"{Status.Name} cannot go on: {exception.Message}", exception);
    }

    // Stop consuming → commit → leave the group → free the producer.
    private void Stop()
    {
        var begin = clock.Time.GetTimestamp();
        Become(StreamThreadState.Stopping);
        notice.Over();
        try
        {
            cycle.CommitBeforeStop();
        }
        catch (ClientException exception)
        {
            StreamsLog.DrainCut(logger, Status.Name, exception.Message);
        }
        Leave();
        cycle.Drop(AbortCause.Shutdown);
        Become(StreamThreadState.Stopped);
        StreamsLog.Stopped(logger, Status.Name, clock.Time.GetElapsedTime(begin).TotalSeconds);
    }

    // Leaving, and not only going silent, gives the partitions to others at once instead of after the session's time-out.
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

    private void Become(StreamThreadState next)
    {
        if (!state.MayBecome(next))
            throw new InvalidOperationException($"Changing the state of {Status.Name} failed: {state} has no arrow to {next}.");
        state = next;
        Status.State(next.ToString());
        metrics.ThreadIs(role.Name, Status.Name, next.ToString());
    }
}

using AuditStream.Core.Sink;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Metrics;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Sinking;

/// <summary>One batch at a time on its way into the store, tried again until it is there.</summary>
internal sealed class StoreWriter : IDisposable
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SystemicBackoff = TimeSpan.FromSeconds(10);

    /// <summary>How long a batch waits after another writer has claimed its shard: time to hear that the partitions are no longer ours, which drops
    /// it. More than a heartbeat (3 s).</summary>
    private static readonly TimeSpan FencedBackoff = TimeSpan.FromSeconds(5);

    private readonly IAuditStore store;
    private readonly StreamsMetrics metrics;
    private readonly ILogger logger;
    private readonly LoopClock clock;
    private readonly ThreadStatus status;
    private readonly Backoff backoff;
    private SinkBatch? batch;
    private Task<StoreResult>? attempt;
    private long attemptedAt;
    private TimeSpan retryAfter;

    internal StoreWriter(IAuditStore store, StreamsMetrics metrics, ILogger logger, LoopClock clock, ThreadStatus status, Random random)
    {
        this.store = store;
        this.metrics = metrics;
        this.logger = logger;
        this.clock = clock;
        this.status = status;
        backoff = new Backoff(FirstBackoff, LongestBackoff, random);
    }

    /// <summary>True when a batch is on its way, or waits for its next attempt.</summary>
    internal bool IsBusy => batch is not null || attempt is not null;

    /// <summary>True while an attempt is under way, or its result waits to be taken.</summary>
    internal bool IsAttempting => attempt is not null;

    /// <summary>True when a batch is here that may still be written: not dropped.</summary>
    internal bool HasBatch => batch is not null;

    /// <summary>The error that the current batch met last; null when it met none.</summary>
    internal StoreErrorClass? Trouble { get; private set; }

    /// <summary>Begins to write a batch. Only when not busy.</summary>
    internal void Begin(SinkBatch next)
    {
        batch = next;
        Attempt();
    }

    /// <summary>Waits for the attempt that is under way.</summary>
    /// <returns>True when none is under way any more.</returns>
    internal bool Wait(TimeSpan length) => attempt is not { } running || clock.Tasks.Wait(running, length);

    /// <summary>Looks after the attempt: takes its result, or begins the next one when it is time.</summary>
    /// <returns>The batch that is written, once; null otherwise.</returns>
    internal SinkBatch? Tend()
    {
        if (attempt is null)
        {
            if (batch is not null && clock.Time.GetElapsedTime(attemptedAt) >= retryAfter)
                Attempt();
            return null;
        }
        if (!attempt.IsCompleted)
            return null;
        var (finished, written) = (attempt, batch);
        attempt = null;
        if (written is null)
        {
            // Dropped while it was on its way; its rows have another owner.
            _ = finished.Exception;
            return null;
        }
        try
        {
            var result = finished.GetAwaiter().GetResult();
            Written(result);
            return written;
        }
        catch (StoreException exception) when (exception.ErrorClass != StoreErrorClass.Record)
        {
            Refused(exception, written);
            return null;
        }
        catch (OperationCanceledException) when (clock.IsDrainOver)
        {
            // The drain budget is used up: the batch stays, unwritten, and is read again after the next start.
            return null;
        }
    }

    /// <summary>Forgets the batch: its partitions have another owner. An attempt under way ends by itself.</summary>
    internal void Drop()
    {
        batch = null;
        Mended();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The drain token has ended an attempt that was still under way.
        Wait(FirstBackoff);
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private void Attempt()
    {
        // batch is set by Begin and cleared with the attempt's end.
        var rows = batch!.Rows;
        attemptedAt = clock.Time.GetTimestamp();
        attempt = clock.Tasks.Start(() => store.WriteAsync(rows, clock.DrainOver));
    }

    private void Written(StoreResult result)
    {
        metrics.Stored(result, clock.Time.GetElapsedTime(attemptedAt));
        batch = null;
        if (backoff.Taken > 0)
            StreamsLog.WriteMended(logger, backoff.Taken);
        Mended();
    }

    private void Refused(StoreException exception, SinkBatch refused)
    {
        metrics.Retried(exception.ErrorClass);
        var needsPerson = exception.ErrorClass == StoreErrorClass.Systemic;
        retryAfter = needsPerson ? SystemicBackoff : exception.Code == StoreException.FencedCode ? FencedBackoff : backoff.Next();
        if (needsPerson)
            StreamsLog.WriteBlocked(logger, refused.Count, exception.Code, retryAfter.TotalSeconds, exception.Message);
        else
            StreamsLog.WriteRetried(logger, refused.Count, exception.Code, retryAfter.TotalSeconds, exception.Message);
        Trouble = exception.ErrorClass;
        status.WaitsFor(needsPerson ? null : "the audit store");
        status.Error(exception.Message, needsPerson);

        // From here the retry's time counts.
        attemptedAt = clock.Time.GetTimestamp();
    }

    private void Mended()
    {
        backoff.Reset();
        if (Trouble is null)
            return;
        Trouble = null;
        status.WaitsFor(null);
        status.Error(error: null, needsPerson: false);
    }
}

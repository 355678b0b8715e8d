using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using AuditStream.Core.Flow;
using AuditStream.Core.Sink;
using AuditStream.Streams.Ledger;
using AuditStream.Streams.Tasks;

namespace AuditStream.Streams.Metrics;

/// <summary>The instruments of the Kafka side, and the sums behind them. Counted per commit, never per record.</summary>
/// <remarks>Tags are closed: raw topics, and the names of enumerations. Counters move after a commit has returned, so they agree with the
/// final topic and not with what was tried.</remarks>
public sealed class StreamsMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "AuditStream.Streams";

    private static readonly InstrumentAdvice<double> DurationAdvice =
        new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    private static readonly string[] AbortCauses = Array.ConvertAll(Enum.GetNames<AbortCause>(),
        JsonNamingPolicy.KebabCaseLower.ConvertName);
    private static readonly string[] StoreErrors = Array.ConvertAll(Enum.GetNames<StoreErrorClass>(),
        JsonNamingPolicy.KebabCaseLower.ConvertName);

    private readonly Counter<long> consumed;
    private readonly Counter<long> emitted;
    private readonly Counter<long> deadLettered;
    private readonly Counter<long> skipped;
    private readonly Counter<long> events;
    private readonly Counter<long> aborts;
    private readonly Counter<long> breaches;
    private readonly Counter<long> gaps;
    private readonly Counter<long> missed;
    private readonly Counter<long> ledgerEvents;
    private readonly Counter<long> rows;
    private readonly Counter<long> sinkDeadLetters;
    private readonly Counter<long> retries;
    private readonly Counter<long> forwarded;
    private readonly Counter<long> lookups;
    private readonly Counter<long> restored;
    private readonly Histogram<double> restoreDuration;
    private readonly Counter<long> fenced;
    private readonly Histogram<double> takeoverDuration;
    private readonly Histogram<double> commitDuration;
    private readonly Histogram<double> writeDuration;
    private readonly Dictionary<string, LedgerEntry> ledger = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Ports.TopicPartition, (long Records, long LastTimestamp)> lags = new();
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<Ports.TopicPartition, (long Rows, long Bytes, bool HasForgotten)> held = new();
    private readonly ConcurrentDictionary<string, (string SubTopology, string State)> threads = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<TaskId, StreamTaskState> tasks = new();
    private readonly ConcurrentDictionary<Ports.TopicPartition, long> toRestore = new();
    private StoreResult stored;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">Makes the meter.</param>
    /// <param name="time">The clock by which a lag has a duration; null for the system's.</param>
    public StreamsMetrics(IMeterFactory meters, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(meters);
        this.time = time ?? TimeProvider.System;
        var meter = meters.Create(MeterName);
        consumed = meter.CreateCounter<long>("auditstream.records.consumed", "{record}", "Raw records taken, by topic.");
        emitted = meter.CreateCounter<long>("auditstream.records.emitted", "{record}", "Raw records that gave events, by topic.");
        deadLettered = meter.CreateCounter<long>("auditstream.records.dead_lettered", "{record}",
            "Raw records that became dead letters, by topic.");
        skipped = meter.CreateCounter<long>("auditstream.records.skipped", "{record}",
            "Raw records left out on purpose, by topic and reason.");
        events = meter.CreateCounter<long>("auditstream.events.produced", "{event}",
            "Audit events committed to the final topic, by raw topic.");
        aborts = meter.CreateCounter<long>("auditstream.transactions.aborted", "{transaction}", "Kafka transactions dropped, by cause.");
        breaches = meter.CreateCounter<long>("auditstream.ledger.breaches", "{breach}", "Tasks stopped because the sums did not agree, by topic.");
        ledgerEvents = meter.CreateCounter<long>("auditstream.ledger.events", "{event}",
            "Ledger events committed to the final topic, by the topic that they tell of.");
        gaps = meter.CreateCounter<long>("auditstream.offsets.gaps", "{gap}",
            "Times that a partition could not go on where its group stood, by topic.");
        missed = meter.CreateCounter<long>("auditstream.records.missed", "{record}", "Offsets that were gone before they were read, by topic.");
        rows = meter.CreateCounter<long>("auditstream.sink.rows", "{row}", "Events given to the store, by result.");
        sinkDeadLetters = meter.CreateCounter<long>("auditstream.sink.dead_letters", "{row}", "Dead letters new in the store.");
        retries = meter.CreateCounter<long>("auditstream.sink.retries", "{retry}", "Batches written again after an error, by class.");
        commitDuration = meter.CreateHistogram("auditstream.commit.duration", "s", "How long a commit took.", tags: null, DurationAdvice);
        writeDuration = meter.CreateHistogram("auditstream.sink.write.duration", "s", "How long a batch took to write.", tags: null,
            DurationAdvice);
        forwarded = meter.CreateCounter<long>("auditstream.changes.forwarded", "{change}",
            "Changes given to the tasks that keep row images, by raw topic.");
        lookups = meter.CreateCounter<long>("auditstream.images.lookups", "{lookup}", "Row images looked for, by result.");
        restored = meter.CreateCounter<long>("auditstream.images.restored", "{record}", "Records of row images read back from the changelog.");
        restoreDuration = meter.CreateHistogram("auditstream.images.restore.duration", "s", "How long it took to restore a task's row images.",
            tags: null, DurationAdvice);
        fenced = meter.CreateCounter<long>("auditstream.owners.fenced", "{owner}",
            "Former owners of tasks that were dead, and whose open transactions were ended at once.");
        takeoverDuration = meter.CreateHistogram("auditstream.takeover.duration", "s",
            "How long it took from being given partitions until the first record of them was processed.", tags: null, DurationAdvice);
        meter.CreateObservableGauge("auditstream.images.restore.remaining", ObserveToRestore, "{record}",
            "Offsets of the changelog that are to be read before tasks go on.");
        meter.CreateObservableGauge("auditstream.images.rows", ObserveRows, "{row}", "Rows whose last image is kept; on disk an estimate.");
        meter.CreateObservableGauge("auditstream.images.size", ObserveSize, "{byte}", "Room that row images take, in memory or on disk.");
        meter.CreateObservableGauge("auditstream.images.incomplete", ObserveIncomplete, "{task}",
            "Tasks of which row images found no room in memory.");
        meter.CreateObservableGauge("auditstream.threads", ObserveThreads, "{thread}", "Threads, by sub-topology and state.");
        meter.CreateObservableGauge("auditstream.tasks", ObserveTasks, "{task}", "Owned partitions, by sub-topology and state.");
        meter.CreateObservableGauge("auditstream.records.lag", ObserveLag, "{record}", "Raw records not processed yet, by topic.");
        meter.CreateObservableGauge("auditstream.records.lag.duration", ObserveLagDuration, "s",
            "How old the last record is that was processed where more wait, by topic.");
    }

    /// <summary>The committed sums of this process.</summary>
    public LedgerSnapshot Ledger()
    {
        lock (ledger)
            return new LedgerSnapshot(ledger.ToDictionary(entry => entry.Key, entry => Copy(entry.Value), StringComparer.Ordinal));
    }

    /// <summary>What became of the rows given to the store by this process.</summary>
    public StoreResult Stored()
    {
        lock (ledger)
            return stored;
    }

    internal void Committed(string topic, LedgerEntry entry)
    {
        lock (ledger)
        {
            if (!ledger.TryGetValue(topic, out var sums))
                ledger.Add(topic, sums = new LedgerEntry());
            sums.Add(entry);
        }
        var tag = KeyValuePair.Create<string, object?>("topic", topic);
        consumed.Add(entry.Consumed, tag);
        if (entry.Emitted > 0)
            emitted.Add(entry.Emitted, tag);
        if (entry.Events > 0)
            events.Add(entry.Events, tag);
        if (entry.Forwards > 0)
            forwarded.Add(entry.Forwards, tag);
        if (entry.DeadLetters > 0)
            deadLettered.Add(entry.DeadLetters, tag);
        foreach (var reason in Enum.GetValues<SkipReason>())
        {
            if (entry.SkippedFor(reason) is > 0 and var count)
                skipped.Add(count, tag, KeyValuePair.Create<string, object?>("reason", WireName.Of(reason)));
        }
    }

    internal void Looked(long hits, long misses, long ofTheFuture)
    {
        AddLookups("hit", hits);
        AddLookups("miss", misses);
        AddLookups("future", ofTheFuture);
    }

    internal void Restored(long records) => restored.Add(records);

    internal void RestoreTook(TimeSpan time) => restoreDuration.Record(time.TotalSeconds);

    internal void Holds(Ports.TopicPartition changelog, long rows, long bytes, bool hasForgotten) => held[changelog] = (rows, bytes, hasForgotten);

    internal void HoldsNoMore(Ports.TopicPartition changelog) => held.TryRemove(changelog, out _);

    internal void ToRestore(Ports.TopicPartition changelog, long offsets) => toRestore[changelog] = offsets;

    internal void RestoresNoMore(Ports.TopicPartition changelog) => toRestore.TryRemove(changelog, out _);

    internal void Fenced() => fenced.Add(1);

    internal void TookOver(TimeSpan time) => takeoverDuration.Record(time.TotalSeconds);

    internal void CommitTook(TimeSpan time) => commitDuration.Record(time.TotalSeconds);

    internal void Aborted(AbortCause cause) => aborts.Add(1, KeyValuePair.Create<string, object?>("cause", AbortCauses[(int)cause]));

    internal void Breached(string topic) => breaches.Add(1, KeyValuePair.Create<string, object?>("topic", topic));

    internal void LedgerWritten(string topic, int events)
    {
        if (events > 0)
            ledgerEvents.Add(events, KeyValuePair.Create<string, object?>("topic", topic));
    }

    internal void Missed(string topic, long lost)
    {
        var tag = KeyValuePair.Create<string, object?>("topic", topic);
        gaps.Add(1, tag);
        missed.Add(lost, tag);
    }

    internal void Lag(Ports.TopicPartition partition, long records, long lastTimestamp) => lags[partition] = (records, lastTimestamp);

    internal void Released(Ports.TopicPartition partition) => lags.TryRemove(partition, out _);

    internal void ThreadIs(string subTopology, string thread, string state) =>
        threads[thread] = (subTopology, JsonNamingPolicy.KebabCaseLower.ConvertName(state));

    internal void TaskIs(TaskId task, StreamTaskState state)
    {
        if (state == StreamTaskState.Closed)
            tasks.TryRemove(task, out _);
        else
            tasks[task] = state;
    }

    internal void Stored(StoreResult result, TimeSpan time)
    {
        lock (ledger)
        {
            stored = new StoreResult(
                stored.Inserted + result.Inserted,
                stored.Duplicates + result.Duplicates,
                stored.Divergences + result.Divergences,
                stored.Refused + result.Refused,
                stored.DeadLetters + result.DeadLetters,
                stored.Retired + result.Retired);
        }
        AddRows("inserted", result.Inserted);
        AddRows("duplicate", result.Duplicates);
        AddRows("divergence", result.Divergences);
        AddRows("refused", result.Refused);
        AddRows("retired", result.Retired);
        sinkDeadLetters.Add(result.DeadLetters);
        writeDuration.Record(time.TotalSeconds);
    }

    internal void Retried(StoreErrorClass errorClass) =>
        retries.Add(1, KeyValuePair.Create<string, object?>("class", StoreErrors[(int)errorClass]));

    private static LedgerEntry Copy(LedgerEntry entry)
    {
        var copy = new LedgerEntry();
        copy.Add(entry);
        return copy;
    }

    private void AddLookups(string result, long count)
    {
        if (count > 0)
            lookups.Add(count, KeyValuePair.Create<string, object?>("result", result));
    }

    private void AddRows(string result, int count)
    {
        if (count > 0)
            rows.Add(count, KeyValuePair.Create<string, object?>("result", result));
    }

    private IEnumerable<Measurement<long>> ObserveRows() => ObserveHeld(task => task.Rows);

    private IEnumerable<Measurement<long>> ObserveSize() => ObserveHeld(task => task.Bytes);

    private IEnumerable<Measurement<long>> ObserveIncomplete() => ObserveHeld(task => task.HasForgotten ? 1 : 0);

    // Nothing at all where no row images are kept.
    private IEnumerable<Measurement<long>> ObserveHeld(Func<(long Rows, long Bytes, bool HasForgotten), long> measure) =>
        held.IsEmpty ? [] : [new Measurement<long>(held.Values.Sum(measure))];

    private IEnumerable<Measurement<long>> ObserveThreads() => ObserveStates(threads.Values);

    private IEnumerable<Measurement<long>> ObserveTasks() =>
        ObserveStates(tasks.Select(task => (task.Key.SubTopology, JsonNamingPolicy.KebabCaseLower.ConvertName(task.Value.ToString()))));

    private static IEnumerable<Measurement<long>> ObserveStates(IEnumerable<(string SubTopology, string State)> states) =>
        states.GroupBy(one => one).Select(group => new Measurement<long>(
            group.Count(),
            KeyValuePair.Create<string, object?>("sub_topology", group.Key.SubTopology),
            KeyValuePair.Create<string, object?>("state", group.Key.State)));

    // Nothing at all where no row images are kept; zero where nothing is restored.
    private IEnumerable<Measurement<long>> ObserveToRestore() =>
        held.IsEmpty && toRestore.IsEmpty ? [] : [new Measurement<long>(toRestore.Values.Sum())];

    private IEnumerable<Measurement<long>> ObserveLag() =>
        lags.GroupBy(lag => lag.Key.Topic, StringComparer.Ordinal)
            .Select(topic => new Measurement<long>(topic.Sum(lag => lag.Value.Records), KeyValuePair.Create<string, object?>("topic", topic.Key)));

    // How far the partition that is furthest behind has come, by the times of its records; 0 where nothing waits.
    private IEnumerable<Measurement<double>> ObserveLagDuration()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return lags.Where(lag => lag.Value is { Records: 0 } or { LastTimestamp: >= 0 }).GroupBy(lag => lag.Key.Topic, StringComparer.Ordinal)
            .Select(topic => new Measurement<double>(
                topic.Max(lag => lag.Value.Records == 0 ? 0 : Math.Max(0, now - lag.Value.LastTimestamp)) / 1_000.0,
                KeyValuePair.Create<string, object?>("topic", topic.Key)));
    }
}

using System.Diagnostics.Metrics;
using AuditStream.Core.Flow;
using AuditStream.Core.Sink;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace AuditStream.Streams.Tests.Metrics;

public sealed class StreamsMetricsTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly List<string> measured = [];
    private readonly MeterListener listener = new();
    private readonly StreamsMetrics metrics;

    public StreamsMetricsTests()
    {
        metrics = new StreamsMetrics(services.GetRequiredService<IMeterFactory>(), new FixedTime());
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Scope == services.GetRequiredService<IMeterFactory>())
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            if (instrument.IsObservable)
                Note(instrument, value, tags);
        });
        listener.Start();
    }

    public void Dispose()
    {
        listener.Dispose();
        services.Dispose();
    }

    [Fact]
    public void Row_images_are_counted_by_what_a_lookup_found_and_measured_while_they_are_held()
    {
        var entry = new LedgerEntry();
        entry.Consume();
        entry.Emit(events: 0, forwards: 2);
        metrics.Committed("shop.orders", entry);
        metrics.Looked(hits: 3, misses: 2, ofTheFuture: 1);
        metrics.Looked(hits: 0, misses: 0, ofTheFuture: 0);
        metrics.Restored(7);
        measured.ShouldBe(
        [
            "auditstream.records.consumed{record} topic=shop.orders 1",
            "auditstream.records.emitted{record} topic=shop.orders 1",
            "auditstream.changes.forwarded{change} topic=shop.orders 2",
            "auditstream.images.lookups{lookup} result=hit 3",
            "auditstream.images.lookups{lookup} result=miss 2",
            "auditstream.images.lookups{lookup} result=future 1",
            "auditstream.images.restored{record}  7",
        ]);
        measured.Clear();
        metrics.Holds(new TopicPartition("images", 0), rows: 5, bytes: 500, hasForgotten: true);
        metrics.Holds(new TopicPartition("images", 1), rows: 6, bytes: 600, hasForgotten: false);
        listener.RecordObservableInstruments();
        measured.ShouldBe(["auditstream.images.restore.remaining{record}  0", "auditstream.images.rows{row}  11", "auditstream.images.size{byte}  1100", "auditstream.images.incomplete{task}  1"]);
        metrics.HoldsNoMore(new TopicPartition("images", 0));
        metrics.HoldsNoMore(new TopicPartition("images", 1));
        measured.Clear();
        listener.RecordObservableInstruments();
        measured.ShouldBeEmpty();
    }

    [Fact]
    public void A_commit_moves_every_counter_of_its_topic()
    {
        var entry = new LedgerEntry();
        for (var record = 0; record < 4; record++)
            entry.Consume();
        entry.Emit(events: 3);
        entry.DeadLetter();
        entry.Skip(SkipReason.Tombstone);
        entry.Skip(SkipReason.Heartbeat);
        metrics.Committed("shop.orders", entry);
        measured.ShouldBe(
        [
            "auditstream.records.consumed{record} topic=shop.orders 4",
            "auditstream.records.emitted{record} topic=shop.orders 1",
            "auditstream.events.produced{event} topic=shop.orders 3",
            "auditstream.records.dead_lettered{record} topic=shop.orders 1",
            "auditstream.records.skipped{record} topic=shop.orders,reason=tombstone 1",
            "auditstream.records.skipped{record} topic=shop.orders,reason=heartbeat 1",
        ]);
        metrics.Ledger().Total.IsBalanced.ShouldBeTrue();
        metrics.Ledger().Skips.ShouldBe(new Dictionary<SkipReason, long> { [SkipReason.Tombstone] = 1, [SkipReason.Heartbeat] = 1 }, ignoreOrder: true);
    }

    [Fact]
    public void Every_skip_reason_has_its_tag()
    {
        var entry = new LedgerEntry();
        foreach (var reason in Enum.GetValues<SkipReason>())
            entry.Skip(reason);
        metrics.Committed("t", entry);
        measured.Where(line => line.Contains("skipped", StringComparison.Ordinal)).Select(line => line.Split("reason=")[1].Split(' ')[0])
            .ShouldBe(Enum.GetValues<SkipReason>().Select(reason => WireName.Of(reason)));
    }

    [Fact]
    public void Every_cause_of_an_abort_has_its_tag()
    {
        foreach (var cause in Enum.GetValues<AbortCause>())
            metrics.Aborted(cause);
        measured.Select(line => line.Split("cause=")[1].Split(' ')[0])
            .ShouldBe(["client-error", "lost", "fenced", "too-large", "task-stopped", "shutdown", "image-store"]);
    }

    [Fact]
    public void Every_result_of_the_store_has_its_tag()
    {
        metrics.Stored(new StoreResult(Inserted: 5, Duplicates: 4, Divergences: 3, Refused: 2, DeadLetters: 1, Retired: 6), TimeSpan.FromSeconds(1));
        measured.ShouldBe(
        [
            "auditstream.sink.rows{row} result=inserted 5", "auditstream.sink.rows{row} result=duplicate 4",
            "auditstream.sink.rows{row} result=divergence 3", "auditstream.sink.rows{row} result=refused 2", "auditstream.sink.rows{row} result=retired 6",
            "auditstream.sink.dead_letters{row}  1",
        ]);
        metrics.Stored().Inserted.ShouldBe(5);
    }

    [Fact]
    public void Every_class_of_a_retry_has_its_tag()
    {
        foreach (var errorClass in Enum.GetValues<StoreErrorClass>())
            metrics.Retried(errorClass);
        measured.Select(line => line.Split("class=")[1].Split(' ')[0]).ShouldBe(["transient", "systemic", "record"]);
    }

    [Fact]
    public void Lag_is_told_by_topic_and_forgotten_with_the_partition()
    {
        metrics.Lag(new TopicPartition("a", 0), 3, FixedTime.Milliseconds - 1_500);
        metrics.Lag(new TopicPartition("a", 1), 4, FixedTime.Milliseconds - 2_500);
        metrics.Lag(new TopicPartition("b", 0), 9, FixedTime.Milliseconds);
        metrics.Released(new TopicPartition("b", 0));
        listener.RecordObservableInstruments();
        measured.ShouldBe(["auditstream.records.lag{record} topic=a 7", "auditstream.records.lag.durations topic=a 2.5"]);
    }

    [Fact]
    public void A_lag_has_no_duration_where_nothing_waits_or_no_time_is_known()
    {
        metrics.Lag(new TopicPartition("done", 0), 0, FixedTime.Milliseconds - 9_000);
        metrics.Lag(new TopicPartition("timeless", 0), 5, -1);
        listener.RecordObservableInstruments();
        measured.Where(line => line.Contains("duration", StringComparison.Ordinal)).ShouldBe(["auditstream.records.lag.durations topic=done 0"]);
    }

    [Fact]
    public void Threads_and_tasks_are_told_by_state_and_closed_tasks_not_at_all()
    {
        metrics.ThreadIs("normalize", "normalize-1", "Running");
        metrics.ThreadIs("normalize", "normalize-2", "Running");
        metrics.ThreadIs("sink", "sink-1", "Blocked");
        metrics.TaskIs(new TaskId("normalize", "a", 0), StreamTaskState.Waiting);
        metrics.TaskIs(new TaskId("normalize", "a", 1), StreamTaskState.Running);
        metrics.TaskIs(new TaskId("normalize", "a", 1), StreamTaskState.Closed);
        listener.RecordObservableInstruments();
        measured.Order(StringComparer.Ordinal).ShouldBe(
        [
            "auditstream.tasks{task} sub_topology=normalize,state=waiting 1",
            "auditstream.threads{thread} sub_topology=normalize,state=running 2",
            "auditstream.threads{thread} sub_topology=sink,state=blocked 1",
        ]);
    }

    [Fact]
    public void A_gap_counts_once_and_what_it_lost()
    {
        metrics.Missed("a", 50);
        measured.ShouldBe(["auditstream.offsets.gaps{gap} topic=a 1", "auditstream.records.missed{record} topic=a 50"]);
    }

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var names = new List<string>();
        foreach (var tag in tags)
            names.Add($"{tag.Key}={tag.Value}");
        measured.Add(FormattableString.Invariant($"{instrument.Name}{instrument.Unit} {string.Join(",", names)} {value}"));
    }

    private sealed class FixedTime : TimeProvider
    {
        internal const long Milliseconds = 1_700_000_000_000;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Milliseconds);
    }
}

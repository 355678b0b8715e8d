using AuditStream.Core.Sink;
using AuditStream.Testing;

namespace AuditStream.Postgres.Tests;

/// <summary>What <c>audit.gaps</c> makes of a pipeline that is behind, of a question about a part of the time, and of topics that have lost their beginning.
/// Each test has a source, a topic and a shard of its own.</summary>
[Collection(PostgresServer.Collection)]
public sealed class LagTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private const long Minute = 60_000;
    private const long Day = 86_400_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan hour = TimeSpan.FromHours(1);
    private static int next = 100;

    private readonly int shard = Interlocked.Increment(ref next);

    [PostgresFact]
    public async Task Settle_counts_from_when_the_end_was_stored_however_long_ago_it_happened()
    {
        await StoreAsync(Change("a", 1, Rows.Start), End("a", Rows.Start, count: 2));
        (await GapsAsync("a", hour)).ShouldBeEmpty();
        await AgeAsync();
        (await GapsAsync("a", hour)).ShouldBe(["transaction 7, table public.a 1 of 2"]);
    }

    [PostgresFact]
    public async Task A_topic_that_is_still_being_read_at_an_earlier_time_is_waited_for()
    {
        await StoreAsync(Change("b", 1, Rows.Start), End("b", Rows.Start + (10 * Minute), count: 2));
        await AgeAsync();
        // It moves, and is at what was sent before the end.
        await StoreAsync(Ledger("b", 0, 0, 100, Rows.Start + (9 * Minute)));
        (await GapsAsync("b", hour)).ShouldBeEmpty();
        // Another partition is behind, this one has come past it.
        await StoreAsync(Ledger("b", 0, 100, 200, Rows.Start + (11 * Minute)), Ledger("b", 1, 0, 100, Rows.Start + (2 * Minute)));
        (await GapsAsync("b", hour)).ShouldBeEmpty();
        // It has stopped there: that is not on its way any more.
        await AgeAsync();
        (await GapsAsync("b", hour)).ShouldBe(["transaction 7, table public.b 1 of 2"]);
    }

    [PostgresFact]
    public async Task A_topic_that_has_come_past_the_end_is_not_waited_for()
    {
        await StoreAsync(Change("c", 1, Rows.Start), End("c", Rows.Start + (10 * Minute), count: 2));
        await AgeAsync();
        await StoreAsync(Ledger("c", 0, 0, 100, Rows.Start + (9 * Minute)), Ledger("c", 0, 100, 200, Rows.Start + (11 * Minute)));
        (await GapsAsync("c", hour)).ShouldBe(["transaction 7, table public.c 1 of 2"]);
        // Row images are behind: the event comes out of there.
        await StoreAsync(Ledger("c", 0, 0, 50, Rows.Start + (5 * Minute), topic: "app-c-row-images-repartition", subTopology: "images"));
        (await GapsAsync("c", hour)).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task What_a_raw_topic_had_lost_before_it_was_first_read_is_no_gap()
    {
        await StoreAsync(
            Change("d", 1, Rows.Start + (20 * Minute)), Ledger("d", 0, 500, 600, Rows.Start + (15 * Minute)),
            End("d", Rows.Start + (10 * Minute), count: 2, transaction: "lost"), End("d", Rows.Start + (20 * Minute), count: 2));
        await AgeAsync();
        (await GapsAsync("d", hour)).ShouldBe(["transaction 7, table public.d 1 of 2"]);
    }

    [PostgresFact]
    public async Task An_end_that_came_twice_under_two_ids_counts_once()
    {
        await StoreAsync(Change("e", 1, Rows.Start), Change("e", 2, Rows.Start), End("e", Rows.Start, count: 2), End("e", Rows.Start, count: 2));
        (await GapsAsync("e", TimeSpan.Zero)).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task Ledgers_out_of_the_asked_time_cover_what_they_cover_and_a_hole_between_two_questions_is_found()
    {
        var (first, second) = (Rows.Start, Rows.Start + (2 * Day));
        await StoreAsync(
            Ledger("f", 0, 0, 100, first), Ledger("f", 0, 100, 200, second + (5 * Day)), Ledger("f", 0, 200, 300, second),
            Ledger("f", 1, 0, 100, first), Ledger("f", 1, 120, 200, second));
        (await GapsAsync("f", hour)).ShouldBe(["ledger-hole normalize: raw.f, partition 1 100-120"]);
        (await GapsAsync("f", hour, since: first, until: first + Day)).ShouldBeEmpty();
        (await GapsAsync("f", hour, since: first + Day, until: second + Day)).ShouldBe(["ledger-hole normalize: raw.f, partition 1 100-120"]);
    }

    [PostgresFact]
    public async Task A_hole_where_a_time_was_retired_is_not_said()
    {
        var (first, second) = (Rows.Start - (40 * Day), Rows.Start + (40 * Day));
        await StoreAsync(Ledger("g", 0, 0, 100, first), Ledger("g", 0, 300, 400, second));
        (await GapsAsync("g", hour)).ShouldBe(["ledger-hole normalize: raw.g, partition 0 100-300"]);
        await database.ExecuteAsync("SELECT audit.ensure_partition('2026-03-15Z'); UPDATE audit.partition SET retired_at = now() WHERE name = 'event_20260301'");
        try
        {
            (await GapsAsync("g", hour)).ShouldBeEmpty();
        }
        finally
        {
            await database.ExecuteAsync("UPDATE audit.partition SET retired_at = NULL WHERE name = 'event_20260301'");
        }
    }

    [PostgresFact]
    public async Task Every_place_is_found_by_an_index()
    {
        await StoreAsync([
            .. Enumerable.Range(0, 3_000).Select(number => Ledger("h", number % 3, number * 10, (number * 10) + 30, Rows.Start + number)),
            .. Enumerable.Range(0, 3_000).Select(number => Change("h", number, Rows.Start)), End("h", Rows.Start, count: 3_001)]);
        await database.ExecuteAsync("ANALYZE audit.event");
        var plans = string.Join('\n', await database.Server.ExplainAsync(
            database.Name, $"SELECT * FROM audit.gaps('{Instant(Rows.Start + 2_000)}', '{Instant(Rows.Start + 2_010)}', '0'), audit.account_of('h', 'public.h', now())"));
        plans.ShouldNotContain("Seq Scan on event_20260301");
        plans.ShouldMatch("Index Cond: .*'topic'");
    }

    private static AuditRow Change(string table, int order, long at) => Row(at, $$$"""
        {"origin":{"topic":"raw.{{{table}}}"},"source":{"incarnation":1},"transaction":{"id":"7","order":{{{order}}} } }
        """) with
    {
        Source = table, TransactionId = "7", Table = table,
    };

    private static AuditRow End(string table, long at, int count, string transaction = "7") => Row(at, $$$"""
        {"detail":{"data_collections":[{"data_collection":"public.{{{table}}}","event_count":{{{count}}} }]},"origin":{"timestamp":{{{at}}},"topic":"raw.transaction"},
        "source":{"incarnation":1},"transaction":{"id":"{{{transaction}}}"} }
        """) with
    {
        Operation = "transaction", Source = table, TransactionId = transaction, Schema = null, Table = null, Key = null, KeyHash = null,
    };

    private static AuditRow Ledger(string table, int partition, long from, long to, long at, string? topic = null, string subTopology = "normalize") => Row(at, $$$"""
        {"detail":{"consumed":"1","dead_letters":"0","emitted":"1","events":"1","forwarded":"0","from":"{{{from}}}","partition":{{{partition}}},"skipped":{},
        "sub_topology":"{{{subTopology}}}","to":"{{{to}}}","topic":"{{{topic ?? "raw." + table}}}"},"source":{"incarnation":1} }
        """) with
    {
        Operation = "ledger", Source = "app-" + table, TransactionId = null, Schema = null, Table = null, Key = null, KeyHash = null,
    };

    private static AuditRow Row(long at, string body) => Rows.Row(Interlocked.Increment(ref next), at, body);

    private static string Instant(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private async Task StoreAsync(params AuditRow[] rows)
    {
        await using var store = new TestStore(database.Writer);
        (await store.Store.WriteAsync(Rows.Batch(rows.Select(row => row with { Shard = shard })), None)).Inserted.ShouldBe(rows.Length);
    }

    /// <summary>Makes everything that is stored of this test look as if it was stored two hours earlier.</summary>
    private Task AgeAsync() => database.ExecuteAsync(
        $"ALTER TABLE audit.block DISABLE TRIGGER ALL; UPDATE audit.block SET written_at = written_at - interval '2 hours' WHERE shard = {shard}");

    private async Task<IEnumerable<string>> GapsAsync(string source, TimeSpan settle, long? since = null, long? until = null)
    {
        await using var reader = new AuditReader(database.Reader);
        var window = new TimeWindow(
            since is { } from ? DateTimeOffset.FromUnixTimeMilliseconds(from) : null, until is { } to ? DateTimeOffset.FromUnixTimeMilliseconds(to) : null);
        var gaps = await reader.GapsAsync(window, settle, None).ToListAsync();
        return gaps.Where(gap => gap.Source == source || gap.Source == "app-" + source).Select(gap => gap.Expected is { } expected
            ? $"{gap.Kind} {gap.Subject} {gap.Found} of {expected}"
            : $"{gap.Kind} {gap.Subject} {gap.FromOffset}-{gap.ToOffset}");
    }
}

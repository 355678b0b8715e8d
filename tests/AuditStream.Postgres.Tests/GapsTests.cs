using AuditStream.Core.Sink;
using AuditStream.Testing;

namespace AuditStream.Postgres.Tests;

/// <summary>What <c>audit.gaps</c> reports, and what it must not: each test has sources and topics of its own.</summary>
[Collection(PostgresServer.Collection)]
public sealed class GapsTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static int next = 5_000;

    [PostgresFact]
    public async Task A_transaction_with_fewer_events_than_counted_is_reported_by_table()
    {
        await StoreAsync(
            Change("a", "571", 1, "orders"), Change("a", "571", 3, "orders"), Change("a", "571", 4, "items"),
            End("a", "571", ("public.orders", 2), ("public.items", 2)),
            Change("a", "572", 1, "orders"), End("a", "572", ("public.orders", 1)));
        (await GapsAsync("a")).ShouldBe(["transaction 571, table public.items 1 of 2"]);
    }

    [PostgresFact]
    public async Task What_is_on_its_way_was_not_read_or_came_twice_is_no_gap()
    {
        await StoreAsync(
            // No end yet: under way.
            Change("b", "1", 1, "orders"),
            // A table that this pipeline does not read, and logical messages under the name of a class.
            Change("b", "2", 1, "orders"), End("b", "2", ("public.orders", 1), ("public.never_read", 5), ("io.debezium.pipeline.Message", 2)),
            // The same place under two ids (weak identity).
            Change("b", "3", 1, "orders"), Change("b", "3", 1, "orders"), End("b", "3", ("shop.public.orders", 1)));
        (await GapsAsync("b")).ShouldBeEmpty();
        // Ended a moment ago: it may still be on its way.
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await StoreAsync(End("b", "4", ("public.orders", 9)) with { OccurredAtMilliseconds = now });
        (await GapsAsync("b", TimeSpan.FromHours(1))).ShouldBeEmpty();
        (await GapsAsync("b", TimeSpan.FromHours(-1))).ShouldBe(["transaction 4, table public.orders 0 of 9"]);
    }

    [PostgresFact]
    public async Task Another_incarnation_and_a_retired_range_have_their_own_numbers()
    {
        var early = new DateTimeOffset(2024, 2, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        await StoreAsync(
            Change("c", "7", 1, "orders", incarnation: 1), End("c", "7", ("public.orders", 1)) with { OccurredAtMilliseconds = Rows.Start },
            Change("c", "8", 1, "orders", incarnation: 2), End("c", "8", ("public.orders", 1)),
            End("c", "9", ("public.orders", 3)) with { OccurredAtMilliseconds = early });
        (await GapsAsync("c")).ShouldBe(["transaction 9, table public.orders 0 of 3", "transaction 8, table public.orders 0 of 1"]);
        await database.ExecuteAsync("UPDATE audit.partition SET retired_at = now() WHERE name = 'event_20240201'");
        try
        {
            (await GapsAsync("c")).ShouldBe(["transaction 8, table public.orders 0 of 1"]);
        }
        finally
        {
            await database.ExecuteAsync("UPDATE audit.partition SET retired_at = NULL WHERE name = 'event_20240201'");
        }
    }

    [PostgresFact]
    public async Task Ledgers_that_join_are_no_gap_whatever_lies_inside_of_them()
    {
        await StoreAsync(
            // It begins where the topic began for us. Fewer records than offsets: markers, aborted ones, compaction.
            Ledger("d", "t", 0, 100, 200, consumed: 60), Ledger("d", "t", 0, 200, 201, consumed: 0),
            // A replay overlaps, and may cut differently.
            Ledger("d", "t", 0, 150, 260, consumed: 110), Ledger("d", "t", 0, 201, 240, consumed: 39),
            // Other partitions, other tasks and other applications have ranges of their own.
            Ledger("d", "t", 1, 500, 501, consumed: 1), Ledger("d", "u", 0, 900, 950, consumed: 50));
        (await GapsAsync("d")).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task Offsets_without_a_ledger_and_sums_that_do_not_agree_are_reported()
    {
        await StoreAsync(
            Ledger("e", "t", 0, 0, 10, consumed: 10), Ledger("e", "t", 0, 15, 20, consumed: 5), Ledger("e", "t", 0, 12, 14, consumed: 2),
            Ledger("e", "t", 1, 0, 10, consumed: 9, emitted: 8), Ledger("e", "t", 2, 0, 10, consumed: 11));
        (await GapsAsync("e")).ShouldBe(
        [
            "ledger-hole normalize: t, partition 0 10-12", "ledger-hole normalize: t, partition 0 14-15",
            "ledger-sums normalize: t, partition 1 0-10", "ledger-sums normalize: t, partition 2 0-10",
        ]);
    }

    [PostgresFact]
    public async Task Ends_and_ledgers_are_found_by_their_index()
    {
        await StoreAsync([.. Enumerable.Range(0, 3_000).Select(number => Change("f", "many", number + 1, "orders"))]);
        await StoreAsync(End("f", "many", ("public.orders", 3_000)), Ledger("f", "t", 0, 0, 1, consumed: 1));
        await database.ExecuteAsync("ANALYZE audit.event");
        var plans = string.Join('\n', await database.Server.ExplainAsync(database.Name, "SELECT * FROM audit.gaps('2026-03-01Z', '2026-03-02Z')"));
        plans.ShouldNotContain("Seq Scan on event_20260301");
        plans.ShouldMatch("Index Cond: .*operation = 'ledger'");
        (await GapsAsync("f")).ShouldBeEmpty();
    }

    private static AuditRow Change(string source, string transaction, int order, string table, int incarnation = 1) =>
        Row($$$"""{"source":{"incarnation":{{{incarnation}}} },"transaction":{"id":"{{{transaction}}}","order":{{{order}}} } }""") with
        {
            Source = source, TransactionId = transaction, Table = table,
        };

    private static AuditRow End(string source, string transaction, params (string Collection, int Count)[] counts)
    {
        var collections = string.Join(',', counts.Select(count => $$"""{"data_collection":"{{count.Collection}}","event_count":{{count.Count}}}"""));
        return Row($$$"""{"detail":{"data_collections":[{{{collections}}}]},"source":{"incarnation":1},"transaction":{"id":"{{{transaction}}}"}}""") with
        {
            Operation = "transaction", Source = source, TransactionId = transaction, Schema = null, Table = null, Key = null, KeyHash = null,
        };
    }

    private static AuditRow Ledger(string application, string topic, int partition, long from, long to, long consumed, long? emitted = null) =>
        Row($$$"""
            {"detail":{"consumed":"{{{consumed}}}","dead_letters":"0","emitted":"{{{emitted ?? consumed}}}","events":"0","forwarded":"0","from":"{{{from}}}",
            "partition":{{{partition}}},"skipped":{},"sub_topology":"normalize","to":"{{{to}}}","topic":"{{{topic}}}"},"source":{"incarnation":1} }
            """) with
        {
            Operation = "ledger", Source = application, TransactionId = null, Schema = null, Table = null, Key = null, KeyHash = null,
        };

    private static AuditRow Row(string body) => Rows.Row(Interlocked.Increment(ref next), Rows.Start, body);

    private async Task StoreAsync(params AuditRow[] rows)
    {
        await using var store = new TestStore(database.Writer);
        (await store.Store.WriteAsync(Rows.Batch(rows), None)).Inserted.ShouldBe(rows.Length);
    }

    private async Task<IEnumerable<string>> GapsAsync(string source, TimeSpan? settle = null)
    {
        await using var reader = new AuditReader(database.Reader);
        var gaps = await reader.GapsAsync(TimeWindow.All, settle ?? TimeSpan.Zero, None).ToListAsync();
        return gaps.Where(gap => gap.Source == source).Select(gap => gap.Expected is { } expected
            ? $"{gap.Kind} {gap.Subject} {gap.Found} of {expected}"
            : $"{gap.Kind} {gap.Subject} {gap.FromOffset}-{gap.ToOffset}");
    }
}

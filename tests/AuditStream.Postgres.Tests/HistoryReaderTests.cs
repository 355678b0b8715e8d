using AuditStream.Testing;

namespace AuditStream.Postgres.Tests;

[Collection(PostgresServer.Collection)]
public sealed class HistoryReaderTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [PostgresFact]
    public async Task Orders_by_numeric_position_and_not_by_text_or_by_arrival()
    {
        // One transaction: one instant. Arrived in another order, and 9 is less than 10.
        await WriteAsync(
            Rows.Row(12, Rows.Start, key: "a", position: "10") with { Operation = "delete" },
            Rows.Row(11, Rows.Start, key: "a", position: "9") with { Operation = "update" },
            Rows.Row(13, Rows.Start, key: "a", position: "8") with { Operation = "insert" });
        (await OperationsOfAsync("a")).ShouldBe(["insert", "update", "delete"]);
    }

    [PostgresFact]
    public async Task Orders_by_arrival_when_one_position_is_no_number()
    {
        await WriteAsync(
            Rows.Row(21, Rows.Start, key: "b", position: "9") with { Operation = "insert" },
            Rows.Row(22, Rows.Start, key: "b", position: "binlog.1:5") with { Operation = "update" },
            Rows.Row(23, Rows.Start, key: "b", position: "1") with { Operation = "delete" });
        (await OperationsOfAsync("b")).ShouldBe(["insert", "update", "delete"]);
        await WriteAsync(
            Rows.Row(24, Rows.Start, key: "c", position: "5") with { Operation = "insert" },
            Rows.Row(25, Rows.Start, key: "c") with { SourcePosition = null, Operation = "update" },
            Rows.Row(26, Rows.Start, key: "c", position: "1") with { Operation = "delete" });
        (await OperationsOfAsync("c")).ShouldBe(["insert", "update", "delete"]);
    }

    [PostgresFact]
    public async Task A_new_incarnation_comes_after_the_old_one_though_its_positions_start_again()
    {
        await WriteAsync(
            Rows.Row(31, Rows.Start, """{"source":{"incarnation":2} }""", key: "d", position: "1") with { Operation = "update" },
            Rows.Row(32, Rows.Start, """{"source":{"incarnation":1} }""", key: "d", position: "900") with { Operation = "insert" });
        (await OperationsOfAsync("d")).ShouldBe(["insert", "update"]);
    }

    [PostgresFact]
    public async Task A_body_that_json_functions_cannot_read_has_a_history_too()
    {
        await WriteAsync(
            Rows.Row(35, Rows.Start, """{"a\\":"\u0000\ud800","b":"\\\"\uD800}","source":{"incarnation":2} }""", key: "z", position: "1"),
            Rows.Row(36, Rows.Start, """{"source":{"incarnation":1},"z":"\\u0000"}""", key: "z", position: "9") with { Operation = "insert" });
        (await OperationsOfAsync("z")).ShouldBe(["insert", "update"]);
    }

    [PostgresFact]
    public async Task Gives_every_column_of_the_events_of_one_row_only()
    {
        var row = Rows.Row(41, key: "e") with { Actor = "ann", Changed = null };
        await WriteAsync(row, Rows.Row(42, key: "f"), row with { EventId = Guid.NewGuid(), Table = "other" }, row with { EventId = Guid.NewGuid(), Schema = null });
        await using var reader = new HistoryReader(database.Reader);
        var entry = (await reader.HistoryAsync(AddressOf("e"), None)).ShouldHaveSingleItem();
        entry.ShouldBe(new HistoryEntry(DateTimeOffset.FromUnixTimeMilliseconds(row.OccurredAtMilliseconds), "update", null, "ann", "tx-41", "100", 3, 41,
            row.EventId, """{"event":41,"source":{"incarnation":1} }"""));
        (await reader.HistoryAsync(AddressOf("e") with { Schema = null }, None)).ShouldHaveSingleItem().EventId.ShouldNotBe(row.EventId);
        (await reader.HistoryAsync(AddressOf("nobody"), None)).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task Keyless_events_are_found_by_their_table()
    {
        var row = Rows.Row(51) with { Key = null, KeyHash = null, Table = "log" };
        await WriteAsync(row, Rows.Row(52) with { Table = "log" }, Rows.Row(53) with { Key = null, KeyHash = null, Table = null, Schema = null });
        await using var reader = new HistoryReader(database.Reader);
        (await reader.HistoryAsync(new RowAddress("shop", "public", "log", null), None)).ShouldHaveSingleItem().StreamOffset.ShouldBe(51);
        (await reader.HistoryAsync(new RowAddress("shop", null, null, null), None)).ShouldHaveSingleItem().StreamOffset.ShouldBe(53);
    }

    [PostgresFact]
    public async Task Counts_what_is_there()
    {
        var empty = new AuditDatabase(database.Server);
        await empty.InitializeAsync();
        await using var reader = new HistoryReader(empty.Reader);
        (await reader.OperationsAsync(None)).ShouldBeEmpty();
        (await reader.BusiestRowAsync(None)).ShouldBeNull();
        await using var store = new TestStore(empty.Writer);
        var batch = Rows.Batch(Rows.Row(1, key: "x"), Rows.Row(2, key: "x"), Rows.Row(3, key: "y"), Rows.Row(4, key: "y") with { Operation = "delete" },
            Rows.Row(1) with { FactHash = Rows.Hash("other") });
        batch.DeadLetters.AddRange([Rows.DeadLetter(1), Rows.DeadLetter(2), Rows.DeadLetter(3, stage: "sink", reason: "not-an-event")]);
        _ = await store.Store.WriteAsync(batch, None);
        (await reader.OperationsAsync(None)).ShouldBe([new OperationCount("shop", "delete", 1), new OperationCount("shop", "update", 3)]);
        (await reader.DeadLettersAsync(None)).ShouldBe([new DeadLetterCount("normalize", "not-json", 2), new DeadLetterCount("sink", "not-an-event", 1)]);
        (await reader.DivergencesAsync(None)).ShouldBe(1);
        (await reader.BusiestRowAsync(None)).ShouldBe(AddressOf("y"));
    }

    [PostgresFact]
    public async Task A_history_is_read_by_the_index_of_the_row()
    {
        await WriteAsync([.. Enumerable.Range(10_000, 3_000).Select(number => Rows.Row(number, key: "bulk" + number))]);
        await database.ExecuteAsync("ANALYZE audit.event");
        var plan = await database.Server.ExplainAsync(database.Name,
            """SELECT * FROM audit.history('shop', 'public', 'orders', '{"id":"bulk10001"}')""");
        plan.ShouldContain(text => text.Contains("Index Scan using event_20260301_source_schema", StringComparison.Ordinal));
        plan.ShouldNotContain(text => text.Contains("Seq Scan on event_20260301", StringComparison.Ordinal));
    }

    private static RowAddress AddressOf(string key) => new("shop", "public", "orders", $$"""{"id":"{{key}}"}""");

    private async Task WriteAsync(params Core.Sink.AuditRow[] rows)
    {
        await using var store = new TestStore(database.Writer);
        (await store.Store.WriteAsync(Rows.Batch(rows), None)).Inserted.ShouldBe(rows.Length);
    }

    private async Task<IEnumerable<string>> OperationsOfAsync(string key)
    {
        await using var reader = new HistoryReader(database.Reader);
        return (await reader.HistoryAsync(AddressOf(key), None)).Select(entry => entry.Operation);
    }
}

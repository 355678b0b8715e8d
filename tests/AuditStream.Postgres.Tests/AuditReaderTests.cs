using System.Globalization;
using System.Text;
using AuditStream.Core.Sink;
using AuditStream.Testing;

namespace AuditStream.Postgres.Tests;

[Collection(PostgresServer.Collection)]
public sealed class AuditReaderTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static int next = 1_000;

    [PostgresFact]
    public async Task A_row_is_laid_together_from_its_events()
    {
        var first = await WriteAsync(
            Made("a", "insert", """ "after":{"big":"TT","n":1.00,"s":"x"},"images":{"after":"full"} """),
            // An update that withholds a column did not change it.
            Made("a", "update", """ "after":{"n":2.00,"s":"x"},"changed":["n"],"changed_is":"all","changes":[{"field":"n","new":2.00,"old":1.00}],"images":{"after":"full","unavailable":["big"]} """),
            Made("a", "update", """ "changed":["s"],"changed_is":"all","changes":[{"field":"s","new":null}],"images":{"after":"omitted"} """),
            // Numbers stay as they were written, however large.
            Made("a", "update", """ "changed":["n"],"changed_is":"at_least","changes":[{"field":"n","new":1e131071}],"images":{"after":"partial"} """),
            Made("a", "update", """ "changed":["big"],"changed_is":"all","images":{"after":"omitted"} """),
            Made("a", "delete", """ "images":{"after":"none"},"next_key":{"id":"b"} """));
        await using var reader = new AuditReader(database.Reader);
        (await RowAsync(-1)).ShouldBe("unknown  [] ");
        (await RowAsync(0)).ShouldBe("""present {"big":"TT","n":1.00,"s":"x"} [] whole""");
        (await RowAsync(1)).ShouldBe("""present {"big":"TT","n":2.00,"s":"x"} [] whole""");
        (await RowAsync(2)).ShouldBe("""present {"big":"TT","n":2.00,"s":null} [] whole""");
        (await RowAsync(3)).ShouldBe("""present {"n":1e131071} [big,s] whole""");
        (await RowAsync(4)).ShouldBe("""present {"n":1e131071} [big,s] whole""");
        (await RowAsync(5)).ShouldBe("absent  [] ");
        var state = await reader.RowAtAsync(AddressOf("a"), DateTimeOffset.FromUnixTimeMilliseconds(first + 5), None);
        state.Operation.ShouldBe("delete");
        state.AsOf.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(first + 5));
        state.Note.ShouldNotBeNull().ShouldContain("moved to another key");

        async Task<string> RowAsync(int afterEvent)
        {
            var row = await reader.RowAtAsync(AddressOf("a"), DateTimeOffset.FromUnixTimeMilliseconds(first + afterEvent), None);
            return $"{row.State} {row.Row} [{string.Join(',', row.Unknown ?? [])}] {(row.IsWhole == true ? "whole" : "")}";
        }
    }

    [PostgresFact]
    public async Task A_row_whose_beginning_was_not_seen_has_no_whole_image()
    {
        var first = await WriteAsync(
            Made("c", "update", """ "changed":["n"],"changed_is":"all","changes":[{"field":"n","new":7}],"images":{"after":"partial"} """),
            Made("c", "update", """ "changed":null,"changes":null,"images":{"after":"omitted"} """));
        await using var reader = new AuditReader(database.Reader);
        var row = await reader.RowAtAsync(AddressOf("c"), DateTimeOffset.FromUnixTimeMilliseconds(first), None);
        row.Row.ShouldBe("""{"n":7}""");
        row.IsWhole.ShouldBe(false);
        row.Note.ShouldNotBeNull().ShouldContain("further columns");
        row = await reader.RowAtAsync(AddressOf("c"), DateTimeOffset.FromUnixTimeMilliseconds(first + 1), None);
        row.Row.ShouldBe("{}");
        row.Unknown.ShouldBe(["n"]);
        row = await reader.RowAtAsync(AddressOf("c"), DateTimeOffset.FromUnixTimeMilliseconds(first - 1), None);
        row.State.ShouldBe("unknown");
        row.Note.ShouldNotBeNull().ShouldContain("The first one is an update");
        (await reader.RowAtAsync(AddressOf("nobody"), DateTimeOffset.FromUnixTimeMilliseconds(first), None)).Note.ShouldBe("No event of such a row at all.");
    }

    [PostgresFact]
    public async Task A_truncate_of_the_table_takes_the_row()
    {
        var first = await WriteAsync(Made("d", "insert", """ "after":{"n":1},"images":{"after":"full"} """));
        var emptied = Made("d", "truncate", """ "key":null,"images":{"after":"none"} """) with { Key = null, KeyHash = null, Table = "emptied" };
        var inserted = Made("d", "insert", """ "after":{"n":1},"images":{"after":"full"} """) with { Table = "emptied" };
        await StoreAsync(emptied with { OccurredAtMilliseconds = first + 50 }, inserted with { OccurredAtMilliseconds = first, SourcePosition = "1" });
        await using var reader = new AuditReader(database.Reader);
        var address = AddressOf("d") with { Table = "emptied" };
        (await reader.RowAtAsync(address, DateTimeOffset.FromUnixTimeMilliseconds(first + 49), None)).State.ShouldBe("present");
        var row = await reader.RowAtAsync(address, DateTimeOffset.FromUnixTimeMilliseconds(first + 50), None);
        (row.State, row.Operation).ShouldBe(("absent", "truncate"));
        (await reader.RowAtAsync(AddressOf("d"), DateTimeOffset.FromUnixTimeMilliseconds(first + 50), None)).State.ShouldBe("present");
        var unseen = await reader.RowAtAsync(address with { Key = """{"id":"never"}""" }, DateTimeOffset.FromUnixTimeMilliseconds(first + 50), None);
        (unseen.State, unseen.Operation).ShouldBe(("absent", "truncate"));
    }

    [PostgresFact]
    public async Task What_the_policy_hides_is_named_and_texts_that_json_functions_refuse_are_not_guessed()
    {
        var first = await WriteAsync(
            Made("e", "insert", """ "after":{"email":"***","n":1},"images":{"after":"full"},"protection":{"fields":[{"action":"mask","field":"email"}],"policy":"1"} """),
            Made("e", "update", """ "after":{"a\u0000":1,"n":2},"changed":["n"],"changed_is":"all","changes":[],"images":{"after":"full"} """));
        await using var reader = new AuditReader(database.Reader);
        (await reader.RowAtAsync(AddressOf("e"), DateTimeOffset.FromUnixTimeMilliseconds(first), None)).Hidden.ShouldBe(["email"]);
        var row = await reader.RowAtAsync(AddressOf("e"), DateTimeOffset.FromUnixTimeMilliseconds(first + 1), None);
        (row.State, row.Row, row.IsWhole).ShouldBe(("present", "{}", false));
    }

    [PostgresFact]
    public async Task The_changes_of_a_column_come_with_what_is_known_of_them()
    {
        _ = await WriteAsync(
            Made("f", "insert", """ "changed":["n"],"changed_is":"all","changes":[{"field":"n","new":"1"}] """, "n"),
            Made("f", "update", """ "changed":["n","s"],"changed_is":"all","changes":[{"field":"n","new":null,"old":"1"},{"field":"s","new":"x"}] """, "n", "s"),
            Made("f", "update", """ "changed":["s"],"changed_is":"all","changes":[{"field":"s","new":"y"}] """, "s"),
            Made("f", "update", """ "changed":["s"],"changed_is":"at_least","changes":[{"field":"s","new":"z"}] """, "s"),
            Made("f", "update", """ "changed":null """) with { Changed = null });
        await using var reader = new AuditReader(database.Reader);
        var table = new TableAddress("shop", "public", "orders");
        var key = AddressOf("f").Key;
        var certain = await reader.ChangesAsync(table, "n", key, TimeWindow.All, withPossible: false, None).ToListAsync();
        certain.Select(change => (change.Operation, change.Old, change.New)).ShouldBe([("insert", null, "\"1\""), ("update", "\"1\"", "null")]);
        var possible = await reader.ChangesAsync(table, "n", key, TimeWindow.All, withPossible: true, None).ToListAsync();
        possible.Select(change => change.IsCertain).ShouldBe([true, true, false, false]);
        (await reader.ChangesAsync(table, "n", null, new TimeWindow(null, DateTimeOffset.UnixEpoch), withPossible: true, None).ToListAsync()).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task A_transaction_comes_in_its_order_and_ends_with_its_end()
    {
        var longName = new string('t', 3_000);
        await StoreAsync(
            Made("g", "transaction", """ "transaction":{"id":"t"} """) with { TransactionId = longName, Key = null, KeyHash = null, Table = null, Schema = null },
            Made("g", "update", """ "transaction":{"id":"t","order":2} """) with { TransactionId = longName },
            Made("h", "insert", """ "transaction":{"id":"t","order":1} """) with { TransactionId = longName },
            Made("h", "insert", """ "transaction":{"id":"u","order":1} """) with { TransactionId = longName + "u" });
        await using var reader = new AuditReader(database.Reader);
        var bodies = await reader.TransactionAsync("shop", longName, TimeWindow.All, None).ToListAsync();
        bodies.Select(body => body.Contains("\"order\":1", StringComparison.Ordinal) ? 1 : body.Contains("\"order\":2", StringComparison.Ordinal) ? 2 : 3).ShouldBe([1, 2, 3]);
        (await reader.TransactionAsync("other", longName, TimeWindow.All, None).ToListAsync()).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task What_an_actor_did_is_found_in_a_time_and_a_source()
    {
        var row = Made("i", "update", """ "actor":"ann" """) with { Actor = "ann" };
        await StoreAsync(row, Made("i", "update", """ "actor":"bob" """) with { Actor = "bob" });
        await using var reader = new AuditReader(database.Reader);
        var instant = DateTimeOffset.FromUnixTimeMilliseconds(row.OccurredAtMilliseconds);
        (await reader.ActivityAsync("ann", null, TimeWindow.All, None).ToListAsync()).ShouldBe([Encoding.UTF8.GetString(row.Body.Span)]);
        (await reader.ActivityAsync("ann", "shop", new TimeWindow(instant, instant.AddMilliseconds(1)), None).ToListAsync()).Count.ShouldBe(1);
        (await reader.ActivityAsync("ann", "shop", new TimeWindow(null, instant), None).ToListAsync()).ShouldBeEmpty();
        (await reader.ActivityAsync("ann", "other", TimeWindow.All, None).ToListAsync()).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task Tables_are_listed_with_sources_and_without_schemas()
    {
        var empty = new AuditDatabase(database.Server);
        await empty.InitializeAsync();
        await using var reader = new AuditReader(empty.Reader);
        (await reader.TablesAsync(None).ToListAsync()).ShouldBeEmpty();
        await using var store = new TestStore(empty.Writer);
        _ = await store.Store.WriteAsync(Rows.Batch(Rows.Row(1), Rows.Row(2) with { Table = "b" }, Rows.Row(3) with { Schema = null, Table = "c" },
            Rows.Row(4) with { Source = "crm" }, Rows.Row(5) with { Schema = null, Table = null, Key = null, KeyHash = null }), None);
        (await reader.TablesAsync(None).ToListAsync()).ShouldBe(
        [
            new TableAddress("crm", "public", "orders"), new TableAddress("shop", "public", "b"), new TableAddress("shop", "public", "orders"),
            new TableAddress("shop", null, "c"),
        ]);
        (await reader.ExampleKeyAsync(new TableAddress("shop", null, "c"), None)).ShouldBe("""{"id":"1"}""");
        (await reader.ExampleKeyAsync(new TableAddress("shop", null, "d"), None)).ShouldBeNull();
    }

    [PostgresFact]
    public async Task A_login_without_the_readers_role_is_told_which_one_it_needs()
    {
        await using var reader = new AuditReader(database.Writer);
        var error = await Should.ThrowAsync<StoreException>(async () => await reader.TablesAsync(None).ToListAsync());
        error.Code.ShouldBe("42501");
        error.Message.ShouldContain("GRANT audit_reader");
    }

    private static RowAddress AddressOf(string key) => new("shop", "public", "orders", $$"""{"id":"{{key}}"}""");

    private static AuditRow Made(string key, string operation, string members, params string[] changed)
    {
        var number = Interlocked.Increment(ref next);
        var body = $$"""{ {{members}},"operation":"{{operation}}","source":{"incarnation":1} }""";
        return Rows.Row(number, body: body, key: key, position: number.ToString(CultureInfo.InvariantCulture)) with
        {
            Operation = operation,
            Changed = changed,
        };
    }

    /// <summary>Stores events a millisecond apart.</summary>
    /// <returns>When the first occurred.</returns>
    private async Task<long> WriteAsync(params AuditRow[] rows)
    {
        var first = rows[0].OccurredAtMilliseconds;
        await StoreAsync([.. rows.Select((row, index) => row with { OccurredAtMilliseconds = first + index })]);
        return first;
    }

    private async Task StoreAsync(params AuditRow[] rows)
    {
        await using var store = new TestStore(database.Writer);
        (await store.Store.WriteAsync(Rows.Batch(rows), None)).Inserted.ShouldBe(rows.Length);
    }
}

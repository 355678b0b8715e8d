using AuditStream.App.CommandLine;
using AuditStream.Testing;

namespace AuditStream.App.Tests.CommandLine;

/// <summary>The verbs that ask the store, on a store with the life of one row.</summary>
public sealed class HistoryVerbTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("auditstream-test-").FullName;

    [PostgresFact]
    public async Task The_life_of_a_row_is_told_with_its_diffs()
    {
        var store = await FilledAsync();
        var run = await AskAsync(store, "history", "orders", "42");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ReplaceLineEndings("\n").ShouldBe("""
            2026-03-01T10:00:00.000Z  insert  transaction 7
               amount  10
               state   new

            2026-03-01T11:00:00.000Z  update  by ann  transaction 8
               amount  10 → 12.50

            2026-03-01T12:00:00.000Z  update
               state  ? → paid
               not known: whether other columns changed too

            2026-03-01T13:00:00.000Z  delete
               amount  12.50
               state   paid

            4 events

            """.ReplaceLineEndings("\n"), run.Output);
        (await AskAsync(store, "history", "public.orders", "id=42", "--from", "2026-03-01T11:00:00Z", "--to", "2026-03-01T12:00", "--json")).Output.Trim()
            .ShouldBe(Bodies[1]);
        (await AskAsync(store, "history", "orders", """{"id":42}""", "--limit", "1")).Output.ShouldContain("1 event, and there are more (--limit)");
    }

    [PostgresFact]
    public async Task A_row_as_it_was_says_what_is_not_known()
    {
        var store = await FilledAsync();
        var run = await AskAsync(store, "row-at", "orders", "42", "2026-03-01T12:30:00Z");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldContain("public.orders  id=42  at 2026-03-01 12:30:00.000Z  present");
        run.Output.ShouldContain("by its update of 2026-03-01 12:00:00.000Z");
        run.Output.ShouldContain("state  paid");
        run.Output.ShouldContain("not known: amount");
        var json = (await AskAsync(store, "row-at", "orders", "42", "2026-03-01T11:30:00Z", "--json")).Output;
        json.ShouldContain("\"state\": \"present\"");
        json.ShouldContain("\"amount\":12.50"); // as it was written
        (await AskAsync(store, "row-at", "orders", "42", "yesterday")).Code.ShouldBe(ExitCode.Usage);
    }

    [PostgresFact]
    public async Task A_column_a_transaction_and_an_actor_are_asked_for()
    {
        var store = await FilledAsync();
        var changes = await AskAsync(store, "changes", "orders", "amount");
        changes.Output.ShouldMatch("10 +→ 12.50");
        changes.Output.ShouldContain("3 changes");
        (await AskAsync(store, "changes", "orders", "amount", "--possible", "--json")).Output.Split('\n').Count(line => line.Contains("\"is_certain\":false", StringComparison.Ordinal))
            .ShouldBe(1);
        (await AskAsync(store, "transaction", "8")).Output.ShouldContain("update  public.orders  id=42  by ann  transaction 8");
        (await AskAsync(store, "transaction", "8", "--source", "other")).Output.ShouldBe("0 events" + Environment.NewLine);
        (await AskAsync(store, "actor", "ann", "--json")).Output.Trim().ShouldBe(Bodies[1]);
    }

    [PostgresFact]
    public async Task A_table_or_key_that_cannot_be_told_is_explained()
    {
        var store = await FilledAsync();
        var none = await AskAsync(store, "history", "order", "42");
        none.Code.ShouldBe(ExitCode.FoundWrong);
        none.Error.ShouldContain("There are: public.orders of shop.");
        var key = await AskAsync(store, "history", "orders", "{42");
        key.Code.ShouldBe(ExitCode.Usage);
        key.Error.ShouldContain("no JSON object");
        (await AskAsync("Host=127.0.0.1;Port=1;Username=u;Database=d", "history", "orders", "42")).Code.ShouldBe(ExitCode.NotReachable);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string[] Bodies { get; } =
    [
        """{"after":{"amount":10,"state":"new"},"changed":["amount","state"],"changed_is":"all","changes":[{"field":"amount","new":10},{"field":"state","new":"new"}],"images":{"after":"full","before":"none"},"key":{"id":"42"},"occurred_at":"2026-03-01T10:00:00.000Z","operation":"insert","source":{"incarnation":1,"name":"shop","schema":"public","table":"orders"},"transaction":{"id":"7"}}""",
        """{"actor":"ann","after":{"amount":12.50,"state":"new"},"changed":["amount"],"changed_is":"all","changes":[{"field":"amount","new":12.50,"old":10}],"images":{"after":"full","before":"full"},"key":{"id":"42"},"occurred_at":"2026-03-01T11:00:00.000Z","operation":"update","source":{"incarnation":1,"name":"shop","schema":"public","table":"orders"},"transaction":{"id":"8"}}""",
        """{"changed":["state"],"changed_is":"at_least","changes":[{"field":"state","new":"paid"}],"images":{"after":"partial","before":"none"},"key":{"id":"42"},"occurred_at":"2026-03-01T12:00:00.000Z","operation":"update","source":{"incarnation":1,"name":"shop","schema":"public","table":"orders"}}""",
        """{"changed":["amount","state"],"changed_is":"all","changes":[{"field":"amount","old":12.50},{"field":"state","old":"paid"}],"images":{"after":"none","before":"full"},"key":{"id":"42"},"occurred_at":"2026-03-01T13:00:00.000Z","operation":"delete","source":{"incarnation":1,"name":"shop","schema":"public","table":"orders"}}""",
    ];

    private async Task<string> FilledAsync()
    {
        var database = await postgres.NewDatabaseAsync();
        var run = await CommandLineRun.OfAsync("migrate", "--set", $"Postgres:ConnectionString={database}", "--set",
            $"Identity:KeyFile={Path.Combine(folder, Guid.NewGuid().ToString("N"))}");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        for (var number = 0; number < Bodies.Length; number++)
        {
            _ = await PostgresFixture.ScalarAsync(database, $$"""
                SELECT audit.ensure_partition('2026-03-01Z');
                INSERT INTO audit.event (occurred_at, stream_offset, block, event_id, shard, fact_scheme, operation, source, schema_name, table_name, key,
                  key_hash, changed, transaction_id, actor, source_position, fact_hash, event_uid, body)
                SELECT (b ->> 'occurred_at')::timestamptz, {{number}}, 1, gen_random_uuid(), 0, 1, b ->> 'operation', 'shop', 'public', 'orders', '{"id":"42"}',
                  sha256('{"id":"42"}'), ARRAY(SELECT json_array_elements_text(b -> 'changed')), b -> 'transaction' ->> 'id', b ->> 'actor', '{{number}}',
                  sha256('f'), sha256('u'), b
                FROM (SELECT '{{Bodies[number]}}'::json AS b) one
                """);
        }
        return database;
    }

    private static Task<CommandLineRun> AskAsync(string database, params string[] arguments) =>
        CommandLineRun.OfAsync([.. arguments, "--set", $"Postgres:ReaderConnectionString={database}"]);
}

using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using AuditStream.Demo;
using AuditStream.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AuditStream.Bench;

/// <summary><c>asking</c>: how long the store's questions take on millions of events, and what its indexes for questions cost while writing.</summary>
/// <remarks>
/// Method: one server, events over eight months made by the server itself, statistics. Each question runs first to warm up, then a number of
/// times; the ceiling beside it is one event by its primary key in the same run. Writing: the same rows into one partition in turns, with the indexes and
/// without, so that noise of the machine hits both alike. Plans come from auto_explain, those inside of functions too.
/// </remarks>
internal static partial class AskingBench
{
    private const int Runs = 20;
    private const int WriteRounds = 6;
    private const int WriteRows = 50_000;
    private const string AskedSql = "CREATE TEMPORARY TABLE asked AS SELECT event_id AS id, occurred_at AS instant FROM audit.event "
        + "WHERE occurred_at >= '2026-03-03Z' ORDER BY occurred_at LIMIT 1";

    private const string Ceiling = "one event by its primary key";

    private static readonly (string Name, string Sql)[] questions =
    [
        (Ceiling, "SELECT * FROM audit.event WHERE event_id = (SELECT id FROM asked) AND occurred_at = (SELECT instant FROM asked)"),
        ("history of a row, all time", """SELECT * FROM audit.history('shop', 'public', 'orders', '{"id":"4242"}')"""),
        ("history of a row, one month", """SELECT * FROM audit.history('shop', 'public', 'orders', '{"id":"4242"}', '2026-03-01Z', '2026-04-01Z')"""),
        ("row as it was", """SELECT * FROM audit.row_at('shop', 'public', 'orders', '{"id":"4242"}', '2026-04-01Z')"""),
        ("changes of a column of a table, one day", "SELECT * FROM audit.changes_of('amount', '2026-03-03Z', '2026-03-04Z', 'shop', 'public', 'orders')"),
        ("a transaction, all time", "SELECT * FROM audit.transaction('shop', 'tx-4242')"),
        ("an actor, one month", "SELECT * FROM audit.actor_activity('user7', '2026-03-01Z', '2026-04-01Z')"),
        ("list of tables", "SELECT * FROM audit.tables()"),
        ("self-check", "SELECT * FROM audit.self_check()"),
    ];

    public static async Task<int> RunAsync(string[] arguments)
    {
        var at = Array.IndexOf(arguments, "--rows");
        var rows = at < 0 ? 2_000_000 : int.Parse(arguments[at + 1], NumberStyles.None, CultureInfo.InvariantCulture);
        if (!ThrowAwayPostgres.IsAvailable)
        {
            await Console.Error.WriteLineAsync(PostgresBinaries.WhatToInstall);
            return 3;
        }
        var settings = new Dictionary<string, string> { ["shared_buffers"] = "1GB", ["max_wal_size"] = "8GB", ["checkpoint_timeout"] = "30min" };
        await using var server = await ThrowAwayPostgres.StartNewAsync(new ThrowAwayPostgresOptions { Settings = settings }, CancellationToken.None);
        await using (var migrator = new Migrator(new PostgresOptions { ConnectionString = server.ConnectionString() }, NullLogger<Migrator>.Instance))
            _ = await migrator.MigrateAsync(CancellationToken.None);
        await using var connection = new NpgsqlConnection(server.ConnectionString() + ";Command Timeout=3600");
        await connection.OpenAsync();
        await FillAsync(connection, rows);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rows:N0} events in 8 months, {Environment.ProcessorCount} cores; medians of {Runs}"));
        Console.WriteLine();
        Console.WriteLine($"| question | ms | x {Ceiling} | partitions of 8, and by what |");
        Console.WriteLine("|---|--:|--:|---|");
        var ceiling = 0.0;
        foreach (var (name, sql) in questions)
        {
            var milliseconds = await MedianAsync(connection, sql);
            ceiling = name == Ceiling ? milliseconds : ceiling;
            var plan = await PlanAsync(server, sql);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {milliseconds:F2} | {milliseconds / ceiling:F1} | {plan} |"));
        }
        await WriteAsync(connection, rows);
        return 0;
    }

    private static async Task FillAsync(NpgsqlConnection connection, int rows)
    {
        await ExecuteAsync(connection, "SELECT audit.ensure_partition(i) FROM generate_series('2026-01-01Z'::timestamptz, '2026-08-01Z', interval '1 month') i");
        await ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture, $"{Rows("'2026-01-01Z'::timestamptz + n * (interval '20000000 seconds' / " + rows + ")",
            1, rows, "CASE WHEN n % 10 = 0 THEN 'user' || n / 10 % 50 END")}; ANALYZE audit.event"));
        await ExecuteAsync(connection, AskedSql);
    }

    // What the plans of a question, and of the questions inside its functions, read of audit.event.
    private static async Task<string> PlanAsync(ThrowAwayPostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString() + ";Pooling=false;Command Timeout=3600");
        await connection.OpenAsync();
        var lines = new List<string>();
        connection.Notice += (_, notice) => lines.AddRange(notice.Notice.MessageText.Split('\n'));
        await ExecuteAsync(connection, AskedSql);
        await ExecuteAsync(connection, "LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on; SET client_min_messages = log");
        lines.Clear();
        await ExecuteAsync(connection, sql);
        var scans = lines.Select(line => ScanOfPartition().Match(line)).Where(match => match.Success).ToList();
        var ways = scans.Select(match => match.Groups[1].Value.StartsWith("Seq", StringComparison.Ordinal) ? "reading all of it" : match.Groups[1].Value).Distinct();
        return scans.Count == 0 ? "none" : string.Create(CultureInfo.InvariantCulture,
            $"{scans.Select(match => match.Groups[2].Value).Distinct().Count()}: {string.Join(", ", ways)}");
    }

    [GeneratedRegex(@"(Index Only Scan|Index Scan|Bitmap Heap Scan|Seq Scan)[^\n]*? on (event_20\d+)\b")]
    private static partial Regex ScanOfPartition();

    private static async Task WriteAsync(NpgsqlConnection connection, int rows)
    {
        var seconds = new Dictionary<string, double>();
        var next = rows + 1;
        await ExecuteAsync(connection, "SELECT audit.ensure_partition('2025-06-01Z')");
        for (var round = 0; round < WriteRounds; round++)
        {
            foreach (var (way, actor) in new[] { ("with the indexes, no actor", "NULL"), ("with the indexes, an actor each", "'user' || n % 50"), ("without", "NULL") })
            {
                if (way == "without")
                    await ExecuteAsync(connection, "DROP INDEX audit.event_transaction, audit.event_actor, audit.event_account");
                var started = Stopwatch.GetTimestamp();
                await ExecuteAsync(connection, Rows("'2025-06-01Z'::timestamptz + n % 2000000 * interval '1 second'", next, next + WriteRows - 1, actor));
                next += WriteRows;
                var spent = Stopwatch.GetElapsedTime(started).TotalSeconds;
                if (round > 0) // the first warms up
                    seconds[way] = seconds.GetValueOrDefault(way) + spent;
                if (way == "without")
                    await MakeIndexesAsync(connection);
            }
        }
        foreach (var (way, spent) in seconds)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"writing, {way,-33}{(WriteRounds - 1) * WriteRows / spent,9:N0} rows/s{spent / seconds["without"],9:F2} x the time without"));
        }
    }

    private static Task MakeIndexesAsync(NpgsqlConnection connection) => ExecuteAsync(connection,
        "CREATE INDEX event_transaction ON audit.event (left(transaction_id, 200)) WHERE transaction_id IS NOT NULL; "
        + "CREATE INDEX event_actor ON audit.event (left(actor, 200), occurred_at) WHERE actor IS NOT NULL; "
        + "CREATE INDEX event_account ON audit.event (operation, occurred_at) WHERE operation IN ('ledger', 'transaction')");

    // Ids begin with the time, as the product's do.
    private static string Rows(string instant, int first, int last, string actor) => $$"""
        INSERT INTO audit.event (occurred_at, stream_offset, block, event_id, shard, fact_scheme, operation, source, schema_name, table_name, key, key_hash,
          changed, transaction_id, actor, source_position, fact_hash, event_uid, body)
        SELECT g.t, g.n, 1 + g.n / 5000,
          (lpad(to_hex((extract(epoch FROM g.t) * 1000)::bigint), 12, '0') || substr(md5(g.n::text), 1, 20))::uuid, g.n % 4, 1, 'update',
          'shop', 'public', (ARRAY['orders', 'customers', 'items'])[1 + g.n % 3], g.k, sha256(convert_to(g.k, 'UTF8')),
          CASE WHEN g.n % 100 = 0 THEN '{amount}'::text[] ELSE '{state}' END, 'tx-' || g.n / 5, {{actor.Replace("n ", "g.n ", StringComparison.Ordinal)}},
          g.n::text, sha256('f'), sha256('u'),
          ('{"after":{"id":"x"},"images":{"after":"full"},"source":{"incarnation":1},"text":"' || repeat(md5(g.n::text), 8) || '"}')::json
        FROM (SELECT n, date_trunc('milliseconds', {{instant}}) AS t, format('{"id":"%s"}', n::bigint * 7919 % 50000) AS k
              FROM generate_series({{first.ToString(CultureInfo.InvariantCulture)}}, {{last.ToString(CultureInfo.InvariantCulture)}}) n) g
        """;

    private static async Task<double> MedianAsync(NpgsqlConnection connection, string sql)
    {
        var milliseconds = new List<double>();
        for (var run = 0; run <= Runs; run++)
        {
            var started = Stopwatch.GetTimestamp();
            await ExecuteAsync(connection, sql);
            if (run > 0)
                milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        return milliseconds.Order().ElementAt(Runs / 2);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        do
        {
            while (await reader.ReadAsync())
                continue;
        }
        while (await reader.NextResultAsync());
    }
}

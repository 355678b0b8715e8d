using System.Diagnostics;
using System.Globalization;
using AuditStream.Core.Sink;
using AuditStream.Demo;
using AuditStream.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AuditStream.Bench;

/// <summary><c>store</c>: the product's store beside bare COPY of the same rows, and beside the usual way through a temporary
/// table.</summary>
/// <remarks>
/// Method: one server, one database per way, the same schema, login, rows and batch size; each batch goes through every way before the next
/// one is made, so that noise of the machine hits all alike. Bare COPY sends bytes that are ready; the store makes them. fsync is on.
/// </remarks>
internal static class StoreBench
{
    private const string Columns = "occurred_at, stream_offset, block, event_id, shard, fact_scheme, operation, source, schema_name, table_name, key, key_hash, "
        + "changed, transaction_id, actor, source_position, fact_hash, event_uid, body";
    private const int WarmUpBatches = 5;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var batches = Number(arguments, "--batches", 40);
        var batchRows = Number(arguments, "--rows", 5_000);
        if (!ThrowAwayPostgres.IsAvailable)
        {
            await Console.Error.WriteLineAsync(PostgresBinaries.WhatToInstall);
            return 3;
        }
        var options = new ThrowAwayPostgresOptions
        {
            Fsync = true,
            Settings = new Dictionary<string, string> { ["shared_buffers"] = "1GB", ["max_wal_size"] = "8GB", ["checkpoint_timeout"] = "30min" },
        };
        await using var server = await ThrowAwayPostgres.StartNewAsync(options, CancellationToken.None);
        await using var metrics = new ServiceCollection().AddMetrics().AddSingleton<StoreMetrics>().BuildServiceProvider();
        await MeasureAsync(server, metrics.GetRequiredService<StoreMetrics>(), batches, batchRows);
        return 0;
    }

    private static async Task MeasureAsync(ThrowAwayPostgres server, StoreMetrics metrics, int batches, int batchRows)
    {
        var seedLogin = await MigrateAsync(server, "seed");
        await using var seed = NewStore(seedLogin, metrics);
        await using var replay = NewStore(seedLogin, metrics);
        await using var fresh = NewStore(await MigrateAsync(server, "fresh"), metrics);
        await using var bare = await OpenAsync(server, "bare");
        await using var temporary = await OpenAsync(server, "temporary");
        var seconds = new Dictionary<string, double>();
        long bodyBytes = 0;
        for (var batch = -WarmUpBatches; batch < batches; batch++)
        {
            var rows = StoreRows.Batch((batch + WarmUpBatches) * batchRows, batchRows);
            _ = await seed.WriteAsync(InTurn(batch, rows.Events), CancellationToken.None);
            var ready = await ReadAsync(server, rows);
            var measured = batch < 0 ? [] : seconds; // what warms up is thrown away
            await TimeAsync(measured, "bare COPY", () => BareAsync(bare, ready));
            await TimeAsync(measured, "store, fresh rows", () => WriteAsync(fresh, rows, duplicates: 0));
            await TimeAsync(measured, "temporary table, fresh rows", () => TemporaryAsync(temporary, ready));
            await WriteAsync(replay, InTurn(batch, rows.Events[..1]), duplicates: 1);
            await TimeAsync(measured, "store, rows already stored", () => WriteAsync(replay, InTurn(batch, rows.Events), duplicates: batchRows));
            await TimeAsync(measured, "temporary table, rows already stored", () => TemporaryAsync(temporary, ready));
            if (batch >= 0)
                bodyBytes += rows.Events.Sum(row => (long)row.Body.Length);
        }
        var total = (double)batches * batchRows;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{batches} batches of {batchRows} rows, {bodyBytes / total:F0} B of body a row, fsync on, {Environment.ProcessorCount} cores"));
        foreach (var (way, spent) in seconds)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{way,-38}{total / spent,10:N0} rows/s{seconds["bare COPY"] / spent,8:P0} of bare COPY"));
        }
    }

    // Two of the writers have one store: whose turn it is claims the chain, with the first batch of its turn.
    private static StoreBatch InTurn(int turn, IEnumerable<AuditRow> events)
    {
        var batch = new StoreBatch { Assignment = turn };
        batch.Events.AddRange(events);
        return batch;
    }

    private static async Task TimeAsync(Dictionary<string, double> seconds, string way, Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        seconds[way] = seconds.GetValueOrDefault(way) + Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task WriteAsync(PostgresAuditStore store, StoreBatch batch, int duplicates)
    {
        var result = await store.WriteAsync(batch, CancellationToken.None);
        if (result.Duplicates != duplicates || result.Inserted + duplicates != batch.Events.Count)
            throw new InvalidOperationException($"The store wrote {result}, which is not what was to be measured.");
    }

    private static async Task BareAsync(NpgsqlConnection connection, byte[] rows)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var copy = await connection.BeginRawBinaryCopyAsync($"COPY audit.event ({Columns}) FROM STDIN (FORMAT BINARY)"))
            await copy.WriteAsync(rows);
        await transaction.CommitAsync();
    }

    private static async Task TemporaryAsync(NpgsqlConnection connection, byte[] rows)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var copy = await connection.BeginRawBinaryCopyAsync($"COPY incoming ({Columns}) FROM STDIN (FORMAT BINARY)"))
            await copy.WriteAsync(rows);
        await using (var insert = new NpgsqlCommand(
            $"INSERT INTO audit.event ({Columns}) SELECT {Columns} FROM incoming ON CONFLICT DO NOTHING", connection))
            _ = await insert.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    /// <summary>The rows as the server itself writes them for COPY.</summary>
    private static async Task<byte[]> ReadAsync(ThrowAwayPostgres server, StoreBatch rows)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString("seed"));
        await connection.OpenAsync();
        await using var copy = await connection.BeginRawBinaryCopyAsync(string.Create(CultureInfo.InvariantCulture,
            $"COPY (SELECT {Columns} FROM audit.event WHERE stream_offset BETWEEN {rows.Events[0].StreamOffset} AND {rows.Events[^1].StreamOffset} "
            + $"ORDER BY stream_offset) TO STDOUT (FORMAT BINARY)"));
        using var bytes = new MemoryStream();
        await copy.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static PostgresAuditStore NewStore(string login, StoreMetrics metrics) =>
        new(new PostgresOptions { ConnectionString = login }, "audit.events", metrics, TimeProvider.System, NullLogger<PostgresAuditStore>.Instance);

    private static async Task<NpgsqlConnection> OpenAsync(ThrowAwayPostgres server, string database)
    {
        var connection = new NpgsqlConnection(await MigrateAsync(server, database));
        await connection.OpenAsync();
        // The same month for every row: its partition is made before anything is measured, as the other ways have it.
        await using var command = new NpgsqlCommand("SELECT audit.ensure_partition('2026-03-01Z'); "
            + "CREATE TEMPORARY TABLE incoming (occurred_at timestamptz, stream_offset bigint, block bigint, event_id uuid, shard integer, fact_scheme smallint, "
            + "operation text, source text, schema_name text, table_name text, key text, key_hash bytea, changed text[], transaction_id text, "
            + "actor text, source_position text, fact_hash bytea, event_uid bytea, body json) ON COMMIT DELETE ROWS", connection);
        _ = await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>A migrated database with a writer's login; its connection string.</summary>
    private static async Task<string> MigrateAsync(ThrowAwayPostgres server, string database)
    {
        await ExecuteAsync(server, "postgres", $"CREATE DATABASE {database}");
        await using (var migrator = new Migrator(
            new PostgresOptions { ConnectionString = server.ConnectionString(database) }, NullLogger<Migrator>.Instance))
            _ = await migrator.MigrateAsync(CancellationToken.None);
        await ExecuteAsync(server, database, $"CREATE ROLE writer_{database} LOGIN PASSWORD 'bench' IN ROLE audit_writer");
        return new NpgsqlConnectionStringBuilder(server.ConnectionString(database)) { Username = "writer_" + database, Password = "bench" }
            .ConnectionString;
    }

    private static async Task ExecuteAsync(ThrowAwayPostgres server, string database, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        _ = await command.ExecuteNonQueryAsync();
    }

    private static int Number(string[] arguments, string name, int otherwise)
    {
        var index = Array.IndexOf(arguments, name);
        return index < 0 ? otherwise : int.Parse(arguments[index + 1], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}

using System.Diagnostics;
using System.Globalization;
using AuditStream.Core.Chain;
using AuditStream.Core.Sink;
using AuditStream.Demo;
using AuditStream.Postgres;
using AuditStream.Postgres.Verify;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AuditStream.Bench;

/// <summary><c>verify</c>: fills a store with chained rows and recomputes all of it.</summary>
/// <remarks>
/// Method: rows of <see cref="StoreRows"/> in batches of 5,000 over six shards, fsync on, everything on one machine. The chain's share is the
/// time that making the same blocks takes in the program alone, against the time of the whole write. The ceiling of verifying is a COPY of the same
/// columns whose bytes nobody looks at.
/// </remarks>
internal static class VerifyBench
{
    private const int BatchRows = 5_000;
    private const string Database = "verify";

    public static async Task<int> RunAsync(string[] arguments)
    {
        var index = Array.IndexOf(arguments, "--rows");
        var rows = index < 0 ? 500_000 : int.Parse(arguments[index + 1], NumberStyles.None, CultureInfo.InvariantCulture);
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
        await ExecuteAsync(server, "postgres", $"CREATE DATABASE {Database}");
        var login = new PostgresOptions { ConnectionString = server.ConnectionString(Database) };
        await using (var migrator = new Migrator(login, NullLogger<Migrator>.Instance))
            _ = await migrator.MigrateAsync(CancellationToken.None);
        var (write, chain) = await FillAsync(login, rows);
        Say($"{rows:N0} rows written at {rows / write:N0} rows/s; making their blocks alone takes {chain / write:P1} of that time");
        await ExecuteAsync(server, Database, "VACUUM ANALYZE audit.event");
        await SizesAsync(server, rows);
        for (var round = 1; round <= 3; round++)
            await VerifyAsync(server, login, rows, round);
        return 0;
    }

    private static async Task<(double Write, double Chain)> FillAsync(PostgresOptions login, int rows)
    {
        await using var services = new ServiceCollection().AddMetrics().AddSingleton<StoreMetrics>().BuildServiceProvider();
        await using var store = new PostgresAuditStore(
            login, "audit.events", services.GetRequiredService<StoreMetrics>(), TimeProvider.System, NullLogger<PostgresAuditStore>.Instance);
        var (write, chain) = (0.0, 0.0);
        for (var first = 0; first < rows; first += BatchRows)
        {
            var batch = StoreRows.Batch(first, Math.Min(BatchRows, rows - first));
            var started = Stopwatch.GetTimestamp();
            if ((await store.WriteAsync(batch, CancellationToken.None)).Inserted != batch.Events.Count)
                throw new InvalidOperationException("The store did not take the rows.");
            write += Stopwatch.GetElapsedTime(started).TotalSeconds;
            started = Stopwatch.GetTimestamp();
            Build(batch);
            chain += Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        return (write, chain);
    }

    private static void Build(StoreBatch batch)
    {
        var hash = new LeafHash();
        foreach (var shard in batch.Events.GroupBy(row => row.Shard))
        {
            var builder = new BlockBuilder();
            foreach (var row in shard)
                builder.Add(row, hash);
            _ = builder.Build("audit.events", new ChainHead(shard.Key, 0, BlockHeader.NoPrevious), epoch: 1, writtenAtMicroseconds: 0).Hash();
            _ = builder.Leaves();
        }
    }

    private static async Task SizesAsync(ThrowAwayPostgres server, int rows)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString(Database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT (SELECT sum(pg_table_size(relid)) FROM pg_partition_tree('audit.event')), "
            + "(SELECT sum(pg_indexes_size(relid)) FROM pg_partition_tree('audit.event')), pg_total_relation_size('audit.block')::numeric, "
            + "(SELECT count(*) FROM audit.block)", connection);
        await using var reader = await command.ExecuteReaderAsync();
        _ = await reader.ReadAsync();
        Say($"bytes a row: {reader.GetDecimal(0) / rows:F0} table, {reader.GetDecimal(1) / rows:F0} indexes, {reader.GetDecimal(2) / rows:F1} blocks ({reader.GetInt64(3):N0})");
    }

    private static async Task VerifyAsync(ThrowAwayPostgres server, PostgresOptions login, int rows, int round)
    {
        var copied = await CopyAsync(server);
        var started = Stopwatch.GetTimestamp();
        await using var verifier = new ChainVerifier(login);
        var report = await verifier.RunAsync(new VerifyRequest { LooksForStrays = true }, progress: null, CancellationToken.None);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (report.DamageCount != 0 || report.Rows != rows)
            throw new InvalidOperationException($"verify found {report.DamageCount} damages in {report.Rows} rows: {(report.DamageCount > 0 ? report.Damages[0] : null)}");
        Say($"round {round}: verify --all {seconds:F1} s = {rows / seconds:N0} rows/s, {copied / seconds:P0} of a bare COPY ({rows / copied:N0} rows/s)");
    }

    private static async Task<double> CopyAsync(ThrowAwayPostgres server)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString(Database) + ";Pooling=false");
        await connection.OpenAsync();
        var started = Stopwatch.GetTimestamp();
        await using (var copy = await connection.BeginRawBinaryCopyAsync("COPY (SELECT * FROM audit.event) TO STDOUT (FORMAT BINARY)"))
            await copy.CopyToAsync(Stream.Null);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task ExecuteAsync(ThrowAwayPostgres server, string database, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        _ = await command.ExecuteNonQueryAsync();
    }

    private static void Say(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));
}

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
/// time that making the same blocks takes in the program alone, and that storing them takes in the server alone, against the time of the whole write. The
/// ceiling of verifying is a COPY of all columns whose bytes nobody looks at. Processor time is what a busy machine distorts least.
/// </remarks>
internal static class VerifyBench
{
    private const int BatchRows = 5_000;
    private const string Database = "verify";

    public static async Task<int> RunAsync(string[] arguments)
    {
        var (rows, rounds) = (Number(arguments, "--rows", 500_000), Number(arguments, "--rounds", 3));
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
        await ExecuteAsync(server, Database, "VACUUM ANALYZE audit.event");
        var chainOnServer = await ChainOnServerAsync(server, (rows + BatchRows - 1) / BatchRows);
        Say($"{rows:N0} rows in batches of {BatchRows:N0} written at {rows / write:N0} rows/s, {Environment.ProcessorCount} cores, fsync on");
        Say($"the chain's share of that time: {chain / write:P1} in the program, {chainOnServer / write:P1} in the server");
        Say($"");
        await SizesAsync(server, rows);
        Say($"| round | seconds | rows/s | of a bare COPY | processor µs a row | of the server |");
        Say($"|--:|--:|--:|--:|--:|--:|");
        for (var round = 1; round <= rounds; round++)
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

    // The same blocks and heads once more, in tables of the same shape; in one transaction, because a batch commits anyway.
    private static async Task<double> ChainOnServerAsync(ThrowAwayPostgres server, int batches)
    {
        await ExecuteAsync(server, Database, "CREATE SCHEMA again; CREATE TABLE again.block (LIKE audit.block INCLUDING ALL); "
            + "CREATE TABLE again.head AS SELECT shard, 0::bigint AS number, hash FROM audit.chain_head; ALTER TABLE again.head ADD PRIMARY KEY (shard)");
        await using var connection = await OpenAsync(server);
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var sql in new[]
        {
            "SELECT * FROM again.head ORDER BY shard FOR UPDATE", "INSERT INTO again.block SELECT * FROM audit.block WHERE number = $1",
            "UPDATE again.head h SET number = b.number, hash = b.hash FROM again.block b WHERE b.shard = h.shard AND b.number = $1",
        })
        {
            var command = new NpgsqlBatchCommand(sql);
            if (sql.Contains("$1", StringComparison.Ordinal))
                command.Parameters.Add(new NpgsqlParameter<long>());
            batch.BatchCommands.Add(command);
        }
        var started = Stopwatch.GetTimestamp();
        for (var number = 1L; number <= batches; number++)
        {
            foreach (var parameter in batch.BatchCommands.Cast<NpgsqlBatchCommand>().SelectMany(command => command.Parameters.Cast<NpgsqlParameter<long>>()))
                parameter.TypedValue = number;
            _ = await batch.ExecuteNonQueryAsync();
        }
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task SizesAsync(ThrowAwayPostgres server, int rows)
    {
        await using var connection = await OpenAsync(server);
        await using var command = new NpgsqlCommand("""
            SELECT 'rows', sum(pg_relation_size(relid)) FROM pg_partition_tree('audit.event') WHERE isleaf
            UNION ALL SELECT 'long values (TOAST)', coalesce(sum(pg_total_relation_size(c.reltoastrelid)), 0)
              FROM pg_partition_tree('audit.event') t JOIN pg_class c ON c.oid = t.relid WHERE t.isleaf AND c.reltoastrelid <> 0
            UNION ALL (SELECT 'index ' || p.relname, sum(pg_relation_size(i.inhrelid)) AS size FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
              WHERE p.relkind = 'I' AND p.relnamespace = 'audit'::regnamespace GROUP BY p.relname ORDER BY size DESC)
            UNION ALL SELECT 'blocks (' || (SELECT count(*) FROM audit.block) || ')', pg_total_relation_size('audit.block')
            """, connection);
        await using var reader = await command.ExecuteReaderAsync();
        Say($"| bytes a row | |");
        Say($"|---|--:|");
        while (await reader.ReadAsync())
            Say($"| {reader.GetString(0)} | {reader.GetDecimal(1) / rows:F1} |");
        Say($"");
    }

    private static async Task VerifyAsync(ThrowAwayPostgres server, PostgresOptions login, int rows, int round)
    {
        var copied = await CopyAsync(server);
        var (own, servers) = ProcessorTime.Now(server);
        var started = Stopwatch.GetTimestamp();
        await using (var verifier = new ChainVerifier(login))
        {
            var report = await verifier.RunAsync(new VerifyRequest { LooksForStrays = true }, progress: null, CancellationToken.None);
            if (report.DamageCount != 0 || report.Rows != rows)
                throw new InvalidOperationException($"verify found {report.DamageCount} damages in {report.Rows} rows: {(report.DamageCount > 0 ? report.Damages[0] : null)}");
        }
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var (ownAfter, serversAfter) = ProcessorTime.Now(server);
        Say($"| {round} | {seconds:F1} | {rows / seconds:N0} | {copied / seconds:P0} of {rows / copied:N0} | {(ownAfter - own) / rows * 1e6:F2} | {(serversAfter - servers) / rows * 1e6:F2} |");
    }

    private static async Task<double> CopyAsync(ThrowAwayPostgres server)
    {
        await using var connection = await OpenAsync(server);
        var started = Stopwatch.GetTimestamp();
        await using (var copy = await connection.BeginRawBinaryCopyAsync("COPY (SELECT * FROM audit.event) TO STDOUT (FORMAT BINARY)"))
            await copy.CopyToAsync(Stream.Null);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<NpgsqlConnection> OpenAsync(ThrowAwayPostgres server)
    {
        var connection = new NpgsqlConnection(server.ConnectionString(Database) + ";Pooling=false;Command Timeout=3600");
        await connection.OpenAsync();
        return connection;
    }

    private static async Task ExecuteAsync(ThrowAwayPostgres server, string database, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString(database) + ";Pooling=false;Command Timeout=3600");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        _ = await command.ExecuteNonQueryAsync();
    }

    private static int Number(string[] arguments, string name, int otherwise)
    {
        var index = Array.IndexOf(arguments, name);
        return index < 0 ? otherwise : int.Parse(arguments[index + 1], NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static void Say(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));
}

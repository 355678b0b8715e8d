using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using AuditStream.Core.Chain;
using AuditStream.Demo;
using AuditStream.Postgres;
using AuditStream.Postgres.Retire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AuditStream.Bench;

/// <summary><c>retire</c>: fills one month of a store with chained rows, archives it, reads the archive back, drops the month and checks the archive by
/// itself.</summary>
/// <remarks>Method: rows of <see cref="StoreRows"/> in batches of 5,000 over six shards; server, files and program on one machine.</remarks>
internal static class RetireBench
{
    private const int BatchRows = 5_000;
    private const string Database = "retire";

    public static async Task<int> RunAsync(string[] arguments)
    {
        var index = Array.IndexOf(arguments, "--rows");
        var rows = index < 0 ? 500_000 : int.Parse(arguments[index + 1], NumberStyles.None, CultureInfo.InvariantCulture);
        if (!ThrowAwayPostgres.IsAvailable)
        {
            await Console.Error.WriteLineAsync(PostgresBinaries.WhatToInstall);
            return 3;
        }
        await using var server = await ThrowAwayPostgres.StartNewAsync(new ThrowAwayPostgresOptions(), CancellationToken.None);
        await ExecuteAsync(server, "postgres", $"CREATE DATABASE {Database}");
        var login = new PostgresOptions { ConnectionString = server.ConnectionString(Database) };
        await using (var migrator = new Migrator(login, NullLogger<Migrator>.Instance))
            _ = await migrator.MigrateAsync(CancellationToken.None);
        await FillAsync(login, rows);
        await ExecuteAsync(server, Database, "UPDATE audit.setting SET value = '1 day' WHERE name = 'retention'; ANALYZE audit.event");
        using var key = new Signer();
        await using (var checkpoints = new CheckpointTable(login))
            _ = await checkpoints.MakeAsync("bench", key, CancellationToken.None);
        var root = Directory.CreateTempSubdirectory("auditstream-bench-");
        try
        {
            await RetireAsync(login, key, root.FullName, rows);
        }
        finally
        {
            root.Delete(recursive: true);
        }
        return 0;
    }

    private static async Task RetireAsync(PostgresOptions login, Signer key, string root, int rows)
    {
        await using var retirement = new Retirement(login, login, "bench", key, trusted: [], TimeProvider.System);
        Say($"| month | events | archived and read back, events/s | dropped, s | bytes a row in the archive | of the table | checked by itself, events/s |");
        Say($"|---|--:|--:|--:|--:|--:|--:|");
        var left = rows;
        foreach (var range in (await Retirement.ListAsync(login, CancellationToken.None)).Where(range => range.Refusal is null))
        {
            var folder = new ArchiveFolder(root, range.Name);
            var started = Stopwatch.GetTimestamp();
            var archived = await retirement.ArchiveAsync(range, folder, progress: null, CancellationToken.None);
            var archiving = Stopwatch.GetElapsedTime(started).TotalSeconds;
            started = Stopwatch.GetTimestamp();
            await retirement.DropAsync(archived, "bench", "measured", CancellationToken.None);
            var dropping = Stopwatch.GetElapsedTime(started).TotalSeconds;
            started = Stopwatch.GetTimestamp();
            var verdict = await ArchiveCheck.RunAsync(folder.Path, [key.PublicKey], store: null, CancellationToken.None);
            var checking = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (verdict.Problem is not null || archived.Rows == 0)
                throw new InvalidOperationException($"{range.Name}: {verdict.Problem}");
            left -= (int)archived.Rows;
            Say($"| {range.Name} | {archived.Rows:N0} | {archived.Rows / archiving:N0} | {dropping:F2} | {archived.Bytes / archived.Rows:N0} | {range.Bytes / archived.Rows:N0} | {archived.Rows / checking:N0} |");
        }
        if (left != 0)
            throw new InvalidOperationException("Not all rows were retired.");
    }

    private static async Task FillAsync(PostgresOptions login, int rows)
    {
        await using var services = new ServiceCollection().AddMetrics().AddSingleton<StoreMetrics>().BuildServiceProvider();
        await using var store = new PostgresAuditStore(
            login, "audit.events", services.GetRequiredService<StoreMetrics>(), TimeProvider.System, NullLogger<PostgresAuditStore>.Instance);
        for (var first = 0; first < rows; first += BatchRows)
            _ = await store.WriteAsync(StoreRows.Batch(first, Math.Min(BatchRows, rows - first)), CancellationToken.None);
    }

    private static async Task ExecuteAsync(ThrowAwayPostgres server, string database, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString(database) + ";Pooling=false;Command Timeout=3600");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        _ = await command.ExecuteNonQueryAsync();
    }

    private static void Say(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));

    private sealed class Signer : ICheckpointSigner, IDisposable
    {
        private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public byte[] PublicKey => key.ExportSubjectPublicKeyInfo();

        public byte[] Sign(ReadOnlySpan<byte> text) => key.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

        public void Dispose() => key.Dispose();
    }
}

using AuditStream.Core.Sink;
using AuditStream.Demo;
using AuditStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AuditStream.Postgres.Tests;

/// <summary>A connection string with several hosts: which one is taken, and what a fail-over does.</summary>
[Collection(PostgresServer.Collection)]
public sealed class SeveralHostsTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private const int MaxAttempts = 20;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan within = TimeSpan.FromSeconds(60);

    [PostgresFact]
    public async Task A_server_that_becomes_read_only_is_left_for_the_next_one_that_takes_writes()
    {
        var second = database.Server.Server;
        await using var first = await ThrowAwayPostgres.StartNewAsync(new ThrowAwayPostgresOptions(), None);
        await MigrateAsync(first);
        var hosts = $"{first.Host}:{first.Port},{second.Host}:{second.Port}";
        foreach (var (target, number) in new (string?, int)[] { (null, 0), ("read-write", 1), ("Primary", 2) })
        {
            var several = new NpgsqlConnectionStringBuilder(database.WriterConnectionString) { Host = hosts }.ConnectionString
                + (target is null ? "" : $";Target Session Attributes={target}");
            await using (var store = new TestStore(new PostgresOptions { ConnectionString = several }))
            {
                var row = 10 * number;
                (await store.Store.WriteAsync(Rows.Batch(row, 2), None)).Inserted.ShouldBe(2);
                (await CountAsync(first)).ShouldBe(2 * (number + 1), "the first that fits is taken");
                if (target == "Primary")
                    break; // a primary that is read-only by its settings is a primary
                await SetReadOnlyAsync(first, "on");
                StoreResult? written = null;
                for (var attempt = 0; written is null && attempt < MaxAttempts; attempt++)
                {
                    try
                    {
                        written = await store.Store.WriteAsync(Rows.Batch(row + 2, 2), None);
                    }
                    catch (StoreException exception)
                    {
                        exception.ErrorClass.ShouldBe(StoreErrorClass.Transient, exception.Message);
                    }
                }
                written.ShouldNotBeNull().Inserted.ShouldBe(2);
                (await CountAsync(first)).ShouldBe(2 * (number + 1));
                (await CountAsync(second)).ShouldBe(2 * (number + 1));
            }
            await SetReadOnlyAsync(first, "off");
            // Nothing stays open on either.
            foreach (var server in new[] { first, second })
            {
                await Eventually.HoldsAsync("sessions are closed", within, async () => await AskAsync(
                    server, "postgres", $"SELECT count(*) FROM pg_stat_activity WHERE usename = '{database.WriterLogin}'") == 0);
            }
        }
    }

    [PostgresFact]
    public async Task Who_only_asks_takes_a_server_that_takes_no_writes()
    {
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} SET default_transaction_read_only = on");
        try
        {
            var server = database.Server.Server;
            var several = new NpgsqlConnectionStringBuilder(database.ReaderConnectionString) { Host = $"{server.Host}:1,{server.Host}:{server.Port}" }.ConnectionString;
            await using var reader = new HistoryReader(new PostgresOptions { ConnectionString = several, Writes = false });
            (await reader.HistoryAsync(new RowAddress("shop", "public", "orders", """{"id":"never"}"""), None)).ShouldBeEmpty();
            await using var check = new StoreCheck(new PostgresOptions { ConnectionString = several });
            var error = await Should.ThrowAsync<StoreException>(() => check.RequireAsync(AuditDatabase.Fingerprint, None));
            (error.ErrorClass, error.Code).ShouldBe((StoreErrorClass.Transient, StoreErrors.ConnectionCode));
        }
        finally
        {
            await PostgresServer.ExecuteOnAsync(database.Server.Server.ConnectionString(), $"ALTER DATABASE {database.Name} RESET default_transaction_read_only");
        }
    }

    private async Task MigrateAsync(ThrowAwayPostgres server)
    {
        await PostgresServer.ExecuteOnAsync(server.ConnectionString(), $"CREATE DATABASE {database.Name}");
        var options = new PostgresOptions { ConnectionString = server.ConnectionString(database.Name) };
        await using var migrator = new Migrator(options, NullLogger<Migrator>.Instance);
        _ = await migrator.MigrateAsync(None);
        await PostgresServer.ExecuteOnAsync(server.ConnectionString(), $"CREATE ROLE {database.WriterLogin} LOGIN PASSWORD 'secret' IN ROLE audit_writer");
    }

    private static async Task SetReadOnlyAsync(ThrowAwayPostgres server, string value)
    {
        await PostgresServer.ExecuteOnAsync(server.ConnectionString(), $"ALTER SYSTEM SET default_transaction_read_only = {value}");
        await PostgresServer.ExecuteOnAsync(server.ConnectionString(), "SELECT pg_reload_conf()");
        await Eventually.HoldsAsync("the server has read its settings", within,
            async () => await AskAsync(server, "postgres", $"SELECT count(*) WHERE current_setting('default_transaction_read_only') = '{value}'") == 1);
    }

    private Task<long> CountAsync(ThrowAwayPostgres server) => AskAsync(server, database.Name, "SELECT count(*) FROM audit.event");

    private static async Task<long> AskAsync(ThrowAwayPostgres server, string name, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString(name) + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync()).ShouldNotBeNull();
    }
}

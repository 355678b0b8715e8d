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
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan within = TimeSpan.FromSeconds(60);

    [PostgresFact]
    public async Task A_server_that_becomes_read_only_is_left_for_the_next_one_that_takes_writes()
    {
        var second = database.Server.Server;
        await using var first = await ThrowAwayPostgres.StartNewAsync(new ThrowAwayPostgresOptions(), None);
        await MigrateAsync(first);
        var before = await CountAsync(second);
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
                await WriteAsync(store, row + 2);
                (await CountAsync(first)).ShouldBe(2 * (number + 1));
                (await CountAsync(second)).ShouldBe(before + 2 * (number + 1));
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
    public async Task A_primary_that_comes_back_as_a_stand_by_is_passed_over_until_it_is_promoted()
    {
        var second = database.Server.Server;
        await using var first = await ThrowAwayPostgres.StartNewAsync(new ThrowAwayPostgresOptions(), None);
        await MigrateAsync(first);
        const int Row = 1_000;
        var several = new NpgsqlConnectionStringBuilder(database.WriterConnectionString)
        {
            Host = $"{first.Host}:{first.Port},{second.Host}:{second.Port}", HostRecheckSeconds = 1,
        };
        await using var store = new TestStore(new PostgresOptions { ConnectionString = several.ConnectionString });
        await WriteAsync(store, Row);
        (await CountAsync(first)).ShouldBe(2);
        await first.StopAsync(PostgresStopMode.Immediate, None);
        await File.WriteAllTextAsync(Path.Combine(first.DataDirectory, "standby.signal"), "", None);
        await first.StartAsync(None);
        var before = await CountAsync(second);
        await WriteAsync(store, Row + 10);
        (await CountAsync(first), await CountAsync(second)).ShouldBe((2, before + 2));
        _ = await AskAsync(first, "postgres", "SELECT count(*) FROM (SELECT pg_promote()) one");
        // The second one is kept while it writes; once it does not, the first is found again.
        await database.ExecuteAsync($"ALTER ROLE {database.WriterLogin} SET default_transaction_read_only = on");
        _ = await database.AskAsync<long>($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '{database.WriterLogin}'");
        await WriteAsync(store, Row + 20);
        await database.ExecuteAsync($"ALTER ROLE {database.WriterLogin} RESET default_transaction_read_only");
        (await CountAsync(first), await CountAsync(second)).ShouldBe((4, before + 2));
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
            error.Message.ShouldContain("Connection refused"); // of the first; the second takes no writes
            var twice = new NpgsqlConnectionStringBuilder(several) { Host = $"{server.Host}:{server.Port},{server.Host}:{server.Port}" }.ConnectionString;
            await using var both = new StoreCheck(new PostgresOptions { ConnectionString = twice });
            (await Should.ThrowAsync<StoreException>(() => both.RequireAsync(AuditDatabase.Fingerprint, None))).Message.ShouldContain("none of the hosts is one that is wanted");
        }
        finally
        {
            await PostgresServer.ExecuteOnAsync(database.Server.Server.ConnectionString(), $"ALTER DATABASE {database.Name} RESET default_transaction_read_only");
        }
    }

    /// <summary>Writes two rows, again and again while that is a transient error: it takes as long as hosts are kept in mind.</summary>
    private static async Task WriteAsync(TestStore store, int first)
    {
        using var timeout = new CancellationTokenSource(within);
        while (true)
        {
            try
            {
                var written = await store.Store.WriteAsync(Rows.Batch(first, 2), timeout.Token);
                written.Inserted.ShouldBe(2);
                return;
            }
            catch (StoreException exception)
            {
                exception.ErrorClass.ShouldBe(StoreErrorClass.Transient, exception.Message);
            }
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

using System.Net;
using System.Net.Sockets;
using AuditStream.Core.Sink;
using AuditStream.Demo;
using AuditStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AuditStream.Postgres.Tests;

[Collection(PostgresServer.Collection)]
public sealed class OutageTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private const string WriterBackends =
        "SELECT coalesce(string_agg(pg_terminate_backend(pid)::text, ','), '') FROM pg_stat_activity WHERE usename = ";
    private static readonly CancellationToken None = CancellationToken.None;
    private static int nextBlock;

    private readonly int _first = Interlocked.Add(ref nextBlock, 100_000);

    [PostgresFact]
    public async Task A_server_that_stops_and_starts_again_is_transient_and_the_store_goes_on_by_itself()
    {
        await using var store = new TestStore(database.Writer);
        foreach (var mode in new[] { PostgresStopMode.Immediate, PostgresStopMode.Fast })
        {
            var offset = mode == PostgresStopMode.Fast ? 1_000 : 0;
            var batch = Rows.Batch(_first + offset, 100);
            (await store.Store.WriteAsync(batch, None)).Inserted.ShouldBe(100);
            await database.Server.Server.StopAsync(mode, None);
            var next = Rows.Batch(_first + offset + 50, 100);
            for (var attempt = 0; attempt < 3; attempt++)
            {
                var error = await Should.ThrowAsync<StoreException>(() => store.Store.WriteAsync(next, None));
                error.ErrorClass.ShouldBe(StoreErrorClass.Transient, error.Message);
            }
            await database.Server.Server.StartAsync(None);
            (await store.Store.WriteAsync(next, None)).ShouldBe(new StoreResult(50, 50, 0, 0, 0));
            (await CountAsync(offset)).ShouldBe(150);
        }
    }

    [PostgresFact]
    public async Task A_backend_killed_in_the_middle_of_a_batch_leaves_nothing_of_it()
    {
        await using var store = new TestStore(database.Writer);
        _ = await store.Store.WriteAsync(Rows.Batch(_first, 10), None);
        await using var blocker = await BlockAsync(Rows.Row(_first + 500));
        var writing = store.Store.WriteAsync(Rows.Batch(_first + 100, 1_000), None);
        await WaitUntilBlockedAsync();
        (await database.AskAsync<string>($"{WriterBackends}'{database.WriterLogin}' AND wait_event_type = 'Lock'")).ShouldBe("true");
        var error = await Should.ThrowAsync<StoreException>(() => writing);
        error.ErrorClass.ShouldBe(StoreErrorClass.Transient, error.Message);
        await blocker.CloseAsync();
        (await CountAsync(0)).ShouldBe(10);
        (await store.Store.WriteAsync(Rows.Batch(_first + 100, 1_000), None)).ShouldBe(new StoreResult(1_000, 0, 0, 0, 0));
    }

    [PostgresFact]
    public async Task A_batch_that_is_cancelled_leaves_nothing_and_the_store_goes_on()
    {
        await using var store = new TestStore(database.Writer);
        _ = await store.Store.WriteAsync(Rows.Batch(_first, 10), None);
        await using var blocker = await BlockAsync(Rows.Row(_first + 500));
        using var cancellation = new CancellationTokenSource();
        var writing = store.Store.WriteAsync(Rows.Batch(_first + 100, 1_000), cancellation.Token);
        await WaitUntilBlockedAsync();
        await cancellation.CancelAsync();
        _ = await Should.ThrowAsync<OperationCanceledException>(() => writing);
        await blocker.CloseAsync();
        (await CountAsync(0)).ShouldBe(10);
        (await store.Store.WriteAsync(Rows.Batch(_first + 100, 1_000), None)).ShouldBe(new StoreResult(1_000, 0, 0, 0, 0));
    }

    [PostgresFact]
    public async Task A_frozen_writer_does_not_hold_up_its_successor_for_ever()
    {
        // The frozen one has copied a row, as the store does, and does not go on.
        await using var frozen = DataSources.Build(database.Writer with { CommandTimeoutSeconds = 1 });
        await using var session = await WriteSession.OpenAsync(frozen, new EventCopy(), None);
        await using (var command = new NpgsqlCommand("SELECT audit.ensure_partition('2026-03-01Z')", session.Connection))
            _ = await command.ExecuteNonQueryAsync();
        var batch = Rows.Batch(_first, 1);
        var claims = new ChainClaims(Rows.Topic, "frozen", NullLogger.Instance);
        await claims.ClaimAsync(session.Connection, batch, None);
        await session.BeginAsync(None);
        await session.CopyAsync(batch.Events, 0, 1, await claims.LockAsync(session.Connection, batch, None), None);
        await using var successor = new TestStore(database.Writer);
        (await successor.Store.WriteAsync(Rows.Batch(_first, 1), None)).ShouldBe(new StoreResult(1, 0, 0, 0, 0));
        var error = await Should.ThrowAsync<Exception>(() => session.CommitAsync(None));
        StoreErrors.Classify(error).ShouldNotBeNull().Class.ShouldBe(StoreErrorClass.Transient);
    }

    [PostgresFact]
    public async Task A_writer_that_is_frozen_in_the_middle_of_a_copy_is_ended_by_its_successor()
    {
        // No timeout of the server strikes while it waits for the data of a COPY.
        var hasty = database.Writer with { CommandTimeoutSeconds = 1 };
        await using var frozen = DataSources.Build(hasty);
        await using var session = await WriteSession.OpenAsync(frozen, new EventCopy(), None);
        var batch = Rows.Batch(Rows.Row(_first) with { Shard = 91 });
        var claims = new ChainClaims(Rows.Topic, "frozen", NullLogger.Instance);
        await claims.ClaimAsync(session.Connection, batch, None);
        await session.BeginAsync(None);
        _ = await claims.LockAsync(session.Connection, batch, None);
        var copy = await session.Connection.BeginTextImportAsync("COPY audit.event (event_id) FROM STDIN");
        await using var successor = new TestStore(hasty);
        StoreResult? result = null;
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (result is null)
        {
            timeout.Token.ThrowIfCancellationRequested();
            try
            {
                result = await successor.Store.WriteAsync(batch, None);
            }
            catch (StoreException exception) when (exception.ErrorClass == StoreErrorClass.Transient)
            {
                continue; // it waits for the head as long as a statement may take
            }
        }
        result.ShouldBe(new StoreResult(1, 0, 0, 0, 0));
        _ = await Should.ThrowAsync<Exception>(async () => await copy.DisposeAsync());
    }

    [PostgresFact]
    public async Task Idle_connections_that_were_killed_are_replaced()
    {
        await using var store = new TestStore(database.Writer);
        _ = await store.Store.WriteAsync(Rows.Batch(_first, 10), None);
        (await database.AskAsync<string>($"{WriterBackends}'{database.WriterLogin}'")).ShouldContain("true");
        var lost = 0;
        StoreResult? result = null;
        while (result is null && lost < 3)
        {
            try
            {
                result = await store.Store.WriteAsync(Rows.Batch(_first + 10, 10), None);
            }
            catch (StoreException exception)
            {
                exception.ErrorClass.ShouldBe(StoreErrorClass.Transient);
                lost++;
            }
        }
        result.ShouldBe(new StoreResult(10, 0, 0, 0, 0));
    }

    [PostgresFact]
    public async Task A_connection_lost_during_the_commit_is_transient_and_the_batch_may_be_written_again()
    {
        // Everything the server says from the first COMMIT on is lost, and then the connection: nobody knows whether the commit went
        // through.
        await using var cut = new CuttingProxy(database.Server.Server.Port, "COMMIT\0"u8.ToArray());
        var through = new NpgsqlConnectionStringBuilder(database.WriterConnectionString) { Port = cut.Port, SslMode = SslMode.Disable };
        await using var store = new TestStore(new PostgresOptions { ConnectionString = through.ConnectionString });
        var batch = Rows.Batch(_first, 100);
        var error = await Should.ThrowAsync<StoreException>(() => store.Store.WriteAsync(batch, None));
        error.ErrorClass.ShouldBe(StoreErrorClass.Transient);
        error.Code.ShouldBe(StoreErrors.ConnectionCode);
        cut.Cuts.ShouldBe(1);
        (await store.Store.WriteAsync(batch, None)).ShouldBe(new StoreResult(0, 100, 0, 0, 0));
        (await CountAsync(0)).ShouldBe(100);
    }

    [PostgresFact]
    public async Task A_read_only_server_is_transient_and_the_store_looks_for_another()
    {
        await using var store = new TestStore(database.Writer);
        _ = await store.Store.WriteAsync(Rows.Batch(_first, 10), None);
        await database.ExecuteAsync($"ALTER ROLE {database.WriterLogin} SET default_transaction_read_only = on");
        _ = await database.AskAsync<string>($"{WriterBackends}'{database.WriterLogin}'"); // so that the next connection sees it
        try
        {
            StoreException? error = null;
            for (var attempt = 0; attempt < 3 && error?.Code != "25006"; attempt++)
                error = await Should.ThrowAsync<StoreException>(() => store.Store.WriteAsync(Rows.Batch(_first + 10, 10), None));
            error.ShouldNotBeNull().Code.ShouldBe("25006");
            error.ErrorClass.ShouldBe(StoreErrorClass.Transient);
        }
        finally
        {
            await database.ExecuteAsync($"ALTER ROLE {database.WriterLogin} RESET default_transaction_read_only");
        }
        // Nobody ended the connections that are read-only: the store gave them up itself.
        (await store.Store.WriteAsync(Rows.Batch(_first + 10, 10), None)).ShouldBe(new StoreResult(10, 0, 0, 0, 0));
    }

    [PostgresFact]
    public async Task A_missing_grant_and_a_missing_table_are_systemic_and_say_what_to_do()
    {
        await using var store = new TestStore(database.Writer);
        var batch = Rows.Batch(_first, 10);
        await database.ExecuteAsync("REVOKE INSERT ON audit.event FROM audit_writer");
        var error = await Should.ThrowAsync<StoreException>(() => store.Store.WriteAsync(batch, None));
        error.ErrorClass.ShouldBe(StoreErrorClass.Systemic);
        error.Message.ShouldBe("Writing 10 events and 0 dead letters failed: 42501, insufficient privilege: permission denied for table event. "
            + "Grant the role audit_writer to the service's login: GRANT audit_writer TO <login>.");
        await database.ExecuteAsync("GRANT INSERT ON audit.event TO audit_writer; ALTER TABLE audit.dead_letter RENAME TO elsewhere");
        batch.DeadLetters.Add(Rows.DeadLetter(_first));
        error = await Should.ThrowAsync<StoreException>(() => store.Store.WriteAsync(batch, None));
        error.ErrorClass.ShouldBe(StoreErrorClass.Systemic);
        error.Code.ShouldBe("42P01");
        await database.ExecuteAsync("ALTER TABLE audit.elsewhere RENAME TO dead_letter");
        (await store.Store.WriteAsync(batch, None)).ShouldBe(new StoreResult(10, 0, 0, 0, 1));
    }

    [PostgresFact]
    public async Task The_next_host_is_tried_when_the_first_is_away()
    {
        var server = database.Server.Server;
        var several = new NpgsqlConnectionStringBuilder(database.WriterConnectionString) { Host = $"{server.Host}:1,{server.Host}:{server.Port}" };
        await using var store = new TestStore(new PostgresOptions { ConnectionString = several.ConnectionString });
        (await store.Store.WriteAsync(Rows.Batch(_first, 1), None)).Inserted.ShouldBe(1);
    }

    [PostgresFact]
    public async Task A_wrong_password_is_systemic()
    {
        var wrong = new NpgsqlConnectionStringBuilder(database.WriterConnectionString) { Password = "wrong" };
        await using var store = new TestStore(new PostgresOptions { ConnectionString = wrong.ConnectionString });
        var error = await Should.ThrowAsync<StoreException>(() => store.Store.WriteAsync(Rows.Batch(_first, 1), None));
        error.ErrorClass.ShouldBe(StoreErrorClass.Systemic);
        error.Code.ShouldBe("28P01");
        error.ToString().ShouldNotContain("wrong");
    }

    [PostgresFact]
    public async Task A_server_without_tls_where_it_is_wanted_is_systemic()
    {
        var wanted = new NpgsqlConnectionStringBuilder(database.WriterConnectionString) { SslMode = SslMode.Require }; // the throw-away server has none
        await using var store = new TestStore(new PostgresOptions { ConnectionString = wanted.ConnectionString });
        var error = await Should.ThrowAsync<StoreException>(() => store.Store.WriteAsync(Rows.Batch(_first, 1), None));
        (error.ErrorClass, error.Code).ShouldBe((StoreErrorClass.Systemic, "tls"), error.Message);
        error.Message.ShouldContain("Ssl Mode");
    }

    [PostgresFact]
    public async Task A_server_that_accepts_and_says_nothing_is_transient_within_the_timeout()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var nowhere = new NpgsqlConnectionStringBuilder(database.WriterConnectionString) { Port = ((IPEndPoint)silent.LocalEndpoint).Port };
        await using var store = new TestStore(new PostgresOptions { ConnectionString = nowhere.ConnectionString, ConnectTimeoutSeconds = 1 });
        var error = await Should.ThrowAsync<StoreException>(() => store.Store.WriteAsync(Rows.Batch(_first, 1), None));
        error.ErrorClass.ShouldBe(StoreErrorClass.Transient);
        error.Code.ShouldBe(StoreErrors.ConnectionCode);
    }

    [PostgresFact]
    public async Task Commits_wait_for_the_disk_also_where_the_server_would_not()
    {
        (await database.AskAsync<string>("SHOW synchronous_commit")).ShouldBe("off"); // the throw-away server's setting
        await using var store = new TestStore(database.Writer);
        await database.ExecuteAsync("CREATE TABLE public.seen (setting text); GRANT INSERT ON public.seen TO PUBLIC; "
            + "CREATE FUNCTION public.see() RETURNS trigger LANGUAGE plpgsql AS "
            + "'BEGIN INSERT INTO public.seen VALUES (current_setting(''synchronous_commit'')); RETURN NULL; END'; "
            + "CREATE TRIGGER see AFTER INSERT ON audit.event FOR EACH STATEMENT EXECUTE FUNCTION public.see()");
        _ = await store.Store.WriteAsync(Rows.Batch(_first, 1), None);
        await database.ExecuteAsync("DROP TRIGGER see ON audit.event");
        (await database.AskAsync<string>("SELECT string_agg(setting, ',') FROM public.seen")).ShouldBe("on");
    }

    /// <summary>A transaction that has inserted a row and does not commit: a batch with that row waits in the middle of its COPY.</summary>
    private async Task<NpgsqlConnection> BlockAsync(AuditRow row)
    {
        var blocker = new NpgsqlConnection(database.Server.Server.ConnectionString(database.Name) + ";Pooling=false");
        await blocker.OpenAsync();
        await using var insert = new NpgsqlCommand("BEGIN; " + InsertOf(row), blocker);
        _ = await insert.ExecuteNonQueryAsync();
        return blocker;
    }

    private async Task WaitUntilBlockedAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await database.AskAsync<long>(
            $"SELECT count(*) FROM pg_stat_activity WHERE usename = '{database.WriterLogin}' AND wait_event_type = 'Lock'") == 0)
            timeout.Token.ThrowIfCancellationRequested();
    }

    private static string InsertOf(AuditRow row) =>
        "INSERT INTO audit.event (occurred_at, stream_offset, block, event_id, shard, fact_scheme, operation, source, fact_hash, event_uid, body) VALUES ("
        + $"'epoch'::timestamptz + {row.OccurredAtMilliseconds} * interval '1 millisecond', {row.StreamOffset}, 1, '{row.EventId}', 0, 1, 'insert', 's', "
        + $"'\\x{Convert.ToHexStringLower(row.FactHash)}', '\\x{Convert.ToHexStringLower(row.EventUid)}', '1')";

    private Task<long> CountAsync(int offset) => database.AskAsync<long>(
        $"SELECT count(*) FROM audit.event WHERE stream_offset BETWEEN {_first + offset} AND {_first + offset + 999}");
}

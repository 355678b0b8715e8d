using System.Globalization;
using AuditStream.Core.Sink;
using AuditStream.Testing;
using Npgsql;

namespace AuditStream.Postgres.Tests;

/// <summary>Each class of the table of errors, made by a real server: what the store says, and that it goes on by itself when it is over.</summary>
/// <remarks>What is about single rows is in <see cref="RefusedRowsTests"/>, servers that are away in <see cref="OutageTests"/>, several hosts in
/// <see cref="SeveralHostsTests"/>.</remarks>
[Collection(PostgresServer.Collection)]
public sealed class ErrorClassTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan within = TimeSpan.FromSeconds(60);
    private static int nextShard = 200;

    // Each test has two chains and ids of its own.
    private readonly int _shard = Interlocked.Add(ref nextShard, 2);

    [PostgresFact]
    public async Task A_backend_killed_inside_its_commit_has_stored_nothing()
    {
        // A deferred trigger runs inside COMMIT: there the backend waits for a lock that the test has.
        await database.ExecuteAsync("CREATE FUNCTION public.wait_in_commit() RETURNS trigger LANGUAGE plpgsql AS "
            + "'BEGIN PERFORM pg_advisory_xact_lock(77); RETURN NULL; END'; CREATE CONSTRAINT TRIGGER wait_in_commit AFTER INSERT ON audit.block "
            + "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.wait_in_commit()");
        await using var store = new TestStore(database.Writer);
        await using var gate = await BeginAsync("SELECT pg_advisory_xact_lock(77)");
        var writing = store.Store.WriteAsync(Batch(0, 50), None);
        await WaitForAsync("query = 'COMMIT' AND wait_event_type = 'Lock'", writing);
        await KillAsync();
        await TransientAsync(() => writing, "57P01");
        await gate.CloseAsync();
        (await CountAsync()).ShouldBe(0);
        await database.ExecuteAsync("DROP TRIGGER wait_in_commit ON audit.block; DROP FUNCTION public.wait_in_commit()");
        (await store.Store.WriteAsync(Batch(0, 50), None)).ShouldBe(new StoreResult(50, 0, 0, 0, 0));
    }

    [PostgresFact]
    public async Task A_backend_killed_after_its_commit_and_before_its_answer_has_stored_all_of_it()
    {
        // Where a stand-by is waited for that nobody is, a commit is done on this server and not answered.
        await using var store = new TestStore(database.Writer);
        _ = await store.Store.WriteAsync(Batch(0, 1), None); // partition and claim are there
        await database.ExecuteAsync("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        await database.ExecuteAsync("SELECT pg_reload_conf()");
        var (first, writing) = (1, store.Store.WriteAsync(Batch(1, 50), None));
        try
        {
            // Until the server has read its settings, commits go through.
            while (!await IsWaitingAsync("wait_event = 'SyncRep'", writing))
                writing = store.Store.WriteAsync(Batch(first += 50, 50), None);
            await KillAsync();
            await TransientAsync(() => writing, "57P01", StoreErrors.ConnectionCode);
        }
        finally
        {
            await database.ExecuteAsync("ALTER SYSTEM RESET synchronous_standby_names");
            await database.ExecuteAsync("SELECT pg_reload_conf()");
        }
        (await CountAsync()).ShouldBe(first + 50);
        (await store.Store.WriteAsync(Batch(first, 50), None)).ShouldBe(new StoreResult(0, 50, 0, 0, 0));
    }

    [PostgresAndSmallDiskFact]
    public async Task A_full_disk_is_transient_and_the_batch_goes_in_when_there_is_room()
    {
        using var folder = new TemporaryFolder("tablespace");
        using var disk = new SmallDisk(folder.At("disk"));
        var path = Path.Combine(disk.Path, "space");
        Directory.CreateDirectory(path);
        // The server's user must be able to go there.
        _ = await ToolProcess.RunAsync(within, "chmod", "o+rx", folder.Path);
        _ = await ToolProcess.RunAsync(within, "chown", "--reference", database.Server.Server.DataDirectory, path, disk.Path);
        await database.ExecuteAsync("SELECT audit.ensure_partition('2019-03-05Z')");
        await database.ExecuteAsync($"CREATE TABLESPACE small LOCATION '{path}'");
        await database.ExecuteAsync("ALTER TABLE audit.event_20190301 SET TABLESPACE small");
        await using (var store = new TestStore(database.Writer))
        {
            var (first, error) = (0, (StoreException?)null);
            for (; first < 2_000 && error is null; first += error is null ? 100 : 0)
            {
                try
                {
                    _ = await store.Store.WriteAsync(Large(first), None);
                }
                catch (StoreException exception)
                {
                    error = exception;
                }
            }
            (error.ShouldNotBeNull().ErrorClass, error.Code).ShouldBe((StoreErrorClass.Transient, "53100"));
            error.Message.ShouldContain("It is tried again.");
            (await CountAsync()).ShouldBe(first);
            await TransientAsync(() => store.Store.WriteAsync(Large(first), None), "53100");
            disk.Grow();
            (await store.Store.WriteAsync(Large(first), None)).ShouldBe(new StoreResult(100, 0, 0, 0, 0));
        }
        await database.ExecuteAsync("ALTER TABLE audit.event_20190301 SET TABLESPACE pg_default");
        await database.ExecuteAsync("CHECKPOINT");
        await database.ExecuteAsync("DROP TABLESPACE small");
    }

    [PostgresFact]
    public async Task Too_many_connections_are_transient()
    {
        await database.ExecuteAsync($"ALTER ROLE {database.WriterLogin} CONNECTION LIMIT 0");
        await using var store = new TestStore(database.Writer);
        try
        {
            await TransientAsync(() => store.Store.WriteAsync(Batch(0, 5), None), "53300");
        }
        finally
        {
            await database.ExecuteAsync($"ALTER ROLE {database.WriterLogin} CONNECTION LIMIT -1");
        }
        (await store.Store.WriteAsync(Batch(0, 5), None)).Inserted.ShouldBe(5);
    }

    [PostgresFact]
    public async Task A_serialization_failure_is_transient()
    {
        await using (var first = new TestStore(database.Writer))
            _ = await first.Store.WriteAsync(Batch(0, 5), None);
        await database.ExecuteAsync($"ALTER ROLE {database.WriterLogin} SET default_transaction_isolation = 'repeatable read'");
        await using var store = new TestStore(database.Writer);
        try
        {
            // The claim has seen the head as it was before this change of it.
            await using var other = await BeginAsync($"UPDATE audit.chain_head SET claimed_by = 'other' WHERE shard = {_shard}");
            var writing = store.Store.WriteAsync(Batch(5, 5), None);
            await WaitForAsync("wait_event_type = 'Lock'", writing);
            await ExecuteAsync(other, "COMMIT");
            await TransientAsync(() => writing, "40001");
        }
        finally
        {
            await database.ExecuteAsync($"ALTER ROLE {database.WriterLogin} RESET default_transaction_isolation");
        }
        (await store.Store.WriteAsync(Batch(5, 5), None)).Inserted.ShouldBe(5);
    }

    [PostgresFact]
    public async Task A_deadlock_is_transient()
    {
        await database.ExecuteAsync($"ALTER ROLE {database.WriterLogin} SET deadlock_timeout = '100ms'");
        await database.ExecuteAsync("CREATE FUNCTION public.wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(78); RETURN NULL; END'; "
            + "CREATE TRIGGER wait_at_gate BEFORE INSERT ON audit.event FOR EACH STATEMENT EXECUTE FUNCTION public.wait_at_gate()");
        await using var store = new TestStore(database.Writer);
        await using var gate = await BeginAsync("SELECT pg_advisory_xact_lock(78)");
        // It has the heads and stands at the gate; the other one waits for a head, and has the row that is copied next.
        var writing = store.Store.WriteAsync(Batch(0, 5), None);
        await WaitForAsync("wait_event = 'advisory'", writing);
        await using var other = await BeginAsync("SET deadlock_timeout = '1h'; LOCK TABLE audit.block IN SHARE MODE");
        var stuck = ExecuteAsync(other, $"SELECT FROM audit.chain_head WHERE shard = {_shard} FOR UPDATE");
        await WaitForAsync("wait_event_type = 'Lock'", writing, login: "postgres");
        await gate.CloseAsync();
        await TransientAsync(() => writing, "40P01");
        await stuck;
        await other.CloseAsync();
        await database.ExecuteAsync("DROP TRIGGER wait_at_gate ON audit.event; DROP FUNCTION public.wait_at_gate()");
        await database.ExecuteAsync($"ALTER ROLE {database.WriterLogin} RESET deadlock_timeout");
        (await store.Store.WriteAsync(Batch(0, 5), None)).Inserted.ShouldBe(5);
    }

    [PostgresFact]
    public async Task A_statement_that_takes_too_long_is_cancelled_or_waits_too_long_for_a_lock_is_transient()
    {
        await using (var first = new TestStore(database.Writer))
            _ = await first.Store.WriteAsync(Batch(0, 5), None);
        await using var blocker = await BeginAsync($"SELECT FROM audit.chain_head WHERE shard = {_shard} FOR UPDATE");
        await using (var hasty = new TestStore(database.Writer with { CommandTimeoutSeconds = 1 }))
            await TransientAsync(() => hasty.Store.WriteAsync(Batch(5, 5), None), StoreErrors.ConnectionCode);
        await using var store = new TestStore(database.Writer);
        var writing = store.Store.WriteAsync(Batch(5, 5), None);
        await WaitForAsync("wait_event_type = 'Lock'", writing);
        _ = await database.AskAsync<long>($"SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE usename = '{database.WriterLogin}' AND wait_event_type = 'Lock'");
        await TransientAsync(() => writing, "57014");
        await database.ExecuteAsync($"ALTER ROLE {database.WriterLogin} SET lock_timeout = '100ms'");
        await using (var impatient = new TestStore(database.Writer))
            await TransientAsync(() => impatient.Store.WriteAsync(Batch(5, 5), None), "55P03");
        await database.ExecuteAsync($"ALTER ROLE {database.WriterLogin} RESET lock_timeout");
        await blocker.CloseAsync();
        (await store.Store.WriteAsync(Batch(5, 5), None)).Inserted.ShouldBe(5);
    }

    [PostgresFact]
    public async Task What_the_login_lacks_is_systemic_and_given_back_the_store_goes_on()
    {
        (string Take, string GiveBack, string Lacks)[] cases =
        [
            ($"REVOKE audit_writer FROM {database.WriterLogin}", $"GRANT audit_writer TO {database.WriterLogin}", "schema audit"),
            ("REVOKE UPDATE (number, hash) ON audit.chain_head FROM audit_writer", "GRANT UPDATE (number, hash) ON audit.chain_head TO audit_writer", "chain_head"),
            ("REVOKE INSERT ON audit.block FROM audit_writer", "GRANT INSERT ON audit.block TO audit_writer", "block"),
        ];
        await using var store = new TestStore(database.Writer);
        _ = await store.Store.WriteAsync(Batch(0, 1), None);
        foreach (var ((take, giveBack, lacks), number) in cases.Select((entry, index) => (entry, index)))
        {
            await database.ExecuteAsync(take);
            await SystemicAsync(() => store.Store.WriteAsync(Batch(10 * (number + 1), 5), None), "42501", lacks, "GRANT audit_writer TO <login>");
            await database.ExecuteAsync(giveBack);
            (await store.Store.WriteAsync(Batch(10 * (number + 1), 5), None)).Inserted.ShouldBe(5);
        }
        await database.ExecuteAsync($"ALTER ROLE {database.WriterLogin} NOLOGIN");
        await using (var locked = new TestStore(database.Writer with { ApplicationName = "locked" }))
            await SystemicAsync(() => locked.Store.WriteAsync(Batch(100, 5), None), "28000", "Username and Password");
        await database.ExecuteAsync($"ALTER ROLE {database.WriterLogin} LOGIN");
    }

    [PostgresFact]
    public async Task Another_schema_than_expected_is_systemic()
    {
        await using var store = new TestStore(database.Writer);
        _ = await store.Store.WriteAsync(Batch(0, 1), None);
        await database.ExecuteAsync("ALTER TABLE audit.block RENAME COLUMN leaves TO leafs");
        await SystemicAsync(() => store.Store.WriteAsync(Batch(1, 5), None), "42703", "auditstream migrate");
        await database.ExecuteAsync("ALTER TABLE audit.block RENAME COLUMN leafs TO leaves");
        (await store.Store.WriteAsync(Batch(1, 5), None)).Inserted.ShouldBe(5);
        var nowhere = new NpgsqlConnectionStringBuilder(database.WriterConnectionString) { Database = "no_such_database" }.ConnectionString;
        await using var lost = new TestStore(new PostgresOptions { ConnectionString = nowhere });
        await SystemicAsync(() => lost.Store.WriteAsync(Batch(10, 5), None), "3D000", "Create the database");
    }

    [PostgresFact]
    public async Task A_dropped_partition_is_systemic_and_detected_also_when_its_range_is_called_retired()
    {
        await using var store = new TestStore(database.Writer);
        var instant = new DateTimeOffset(2018, 5, 5, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        (await store.Store.WriteAsync(Batch(0, 5, instant), None)).Inserted.ShouldBe(5);
        await database.ExecuteAsync("DROP TABLE audit.event_20180501");
        await SystemicAsync(() => store.Store.WriteAsync(Batch(5, 5, instant), None), "23514", "missing partition", "audit.self_check()");
        await using var check = new StoreCheck(database.Writer);
        (await check.SelfCheckAsync(None)).ShouldContain(
            new StoreProblem("audit.event_20180501", "audit.partition lists it and it is not a partition of audit.event"));
        await database.ExecuteAsync("UPDATE audit.partition SET retired_at = clock_timestamp() WHERE name = 'event_20180501'");
        (await store.Store.WriteAsync(Batch(5, 5, instant), None)).ShouldBe(new StoreResult(0, 0, 0, 0, 0, Retired: 5));
        (await check.SelfCheckAsync(None)).ShouldContain(
            problem => problem.Object == "audit.event_20180501" && problem.Problem.Contains("no tombstone", StringComparison.Ordinal));
    }

    private StoreBatch Batch(int first, int count, long? instant = null) =>
        Rows.Batch(Enumerable.Range(first, count).Select(number => Row(number, instant)));

    // What does not compress, so that it fills a disk.
    private StoreBatch Large(int first)
    {
        var (instant, random) = (new DateTimeOffset(2019, 3, 5, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), new Random(first));
        var noise = new byte[10_000];
        return Rows.Batch(Enumerable.Range(first, 100).Select(number =>
        {
            random.NextBytes(noise);
            return Row(number, instant) with { Body = System.Text.Encoding.UTF8.GetBytes($"\"{Convert.ToHexString(noise)}\"") };
        }));
    }

    private AuditRow Row(int number, long? instant) =>
        Rows.Row(_shard * 100_000 + number, instant is { } given ? given + _shard * 100_000 + number : null) with { Shard = _shard, StreamOffset = number };

    private async Task<NpgsqlConnection> BeginAsync(string sql)
    {
        var connection = new NpgsqlConnection(database.Server.Server.ConnectionString(database.Name) + ";Pooling=false");
        await connection.OpenAsync();
        await ExecuteAsync(connection, "BEGIN; " + sql);
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        _ = await command.ExecuteNonQueryAsync();
    }

    private static async Task TransientAsync(Func<Task> write, params string[] codes)
    {
        var error = await Should.ThrowAsync<StoreException>(write);
        error.ErrorClass.ShouldBe(StoreErrorClass.Transient, error.Message);
        codes.ShouldContain(error.Code, error.Message);
    }

    private static async Task SystemicAsync(Func<Task> write, string code, params string[] words)
    {
        var error = await Should.ThrowAsync<StoreException>(write);
        (error.ErrorClass, error.Code).ShouldBe((StoreErrorClass.Systemic, code), error.Message);
        foreach (var word in words)
            error.Message.ShouldContain(word);
    }

    private async Task WaitForAsync(string condition, Task writing, string? login = null) =>
        (await IsWaitingAsync(condition, writing, login)).ShouldBeTrue("The write ended before it waited.");

    /// <summary>Waits until a session of the login is as told, or the write is at its end.</summary>
    private async Task<bool> IsWaitingAsync(string condition, Task writing, string? login = null)
    {
        using var timeout = new CancellationTokenSource(within);
        while (!writing.IsCompleted)
        {
            if (await database.AskAsync<long>(string.Create(CultureInfo.InvariantCulture, $"SELECT count(*) FROM pg_stat_activity WHERE usename = '{login ?? database.WriterLogin}' ")
                + $"AND datname = '{database.Name}' AND {condition}") > 0)
                return true;
            timeout.Token.ThrowIfCancellationRequested();
        }
        await writing;
        return false;
    }

    private Task<long> KillAsync() =>
        database.AskAsync<long>($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '{database.WriterLogin}' AND state <> 'idle'");

    private Task<long> CountAsync() => database.AskAsync<long>($"SELECT count(*) FROM audit.event WHERE shard = {_shard}");
}

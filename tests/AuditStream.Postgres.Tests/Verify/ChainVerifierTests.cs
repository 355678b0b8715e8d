using AuditStream.Postgres.Tests.Retire;
using AuditStream.Postgres.Verify;
using AuditStream.Testing;
using Npgsql;

namespace AuditStream.Postgres.Tests.Verify;

/// <summary>A verification in which something happens between its stages. Copies of checkpoints are read after it has begun, and before rows are.</summary>
[Collection(PostgresServer.Collection)]
public sealed class ChainVerifierTests(PostgresServer server)
{
    private const string WaitingSql =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event_type = 'Lock'";

    private static readonly TimeSpan limit = TimeSpan.FromSeconds(60);
    private static readonly CancellationToken None = CancellationToken.None;

    [PostgresFact]
    public async Task A_range_that_is_retired_before_its_rows_are_counted_is_no_damage()
    {
        await using var store = await RetireDatabase.MakeAsync(server);
        await store.KeepAsync("30 days");
        // Of this range are only events that are older than the chain.
        await store.Database.ExecuteAsync("SELECT audit.ensure_partition('2023-06-05Z'); ALTER TABLE audit.event DISABLE TRIGGER refuse_unchained; "
            + "ALTER TABLE audit.chain_origin DISABLE TRIGGER USER; UPDATE audit.chain_origin SET unchained_events = 3; "
            + "ALTER TABLE audit.chain_origin ENABLE ALWAYS TRIGGER refuse_change_here, ENABLE ALWAYS TRIGGER refuse_truncate_here; "
            + "INSERT INTO audit.event (occurred_at, stream_offset, event_id, shard, fact_scheme, operation, source, fact_hash, event_uid, body) "
            + "SELECT '2023-06-05Z', n, gen_random_uuid(), 0, 1, 'insert', 's', sha256('f'), sha256('u'), '{\"n\":1}' FROM generate_series(1, 3) n; "
            + "ALTER TABLE audit.event ENABLE ALWAYS TRIGGER refuse_unchained");
        await using var verifier = new ChainVerifier(store.Database.Reader);
        var report = await verifier.RunAsync(Request(store, () => store.RetireAsync("event_20230601")), progress: null, None);
        report.Damages.ShouldBeEmpty();
        report.UnchainedRows.ShouldBe(0);
    }

    [PostgresFact]
    public async Task When_a_stage_fails_the_server_is_asked_nothing_more()
    {
        await using var store = await RetireDatabase.MakeAsync(server);
        await using var connection = await OpenAsync(store);
        await using var verifier = new ChainVerifier(store.Database.Reader);
        // The count of all rows waits behind it, the windows do not.
        var request = Request(store, () => LockAsync(connection, "audit.tombstone"));
        var failed = await Should.ThrowAsync<InvalidOperationException>(() => verifier.RunAsync(request, _ =>
        {
            UntilAsync(store, waiting => waiting == 1).GetAwaiter().GetResult(); // who hears of progress is not asynchronous
            throw new InvalidOperationException("no room");
        }, None));
        failed.Message.ShouldBe("no room");
        await UntilAsync(store, waiting => waiting == 0);
    }

    [PostgresFact]
    public async Task A_run_whose_stages_wait_for_the_server_is_broken_off_at_once()
    {
        await using var store = await RetireDatabase.MakeAsync(server);
        await using var connection = await OpenAsync(store);
        await using var verifier = new ChainVerifier(store.Database.Reader);
        using var broken = new CancellationTokenSource();
        var running = verifier.RunAsync(Request(store, () => LockAsync(connection, "audit.event")), progress: null, broken.Token);
        await UntilAsync(store, waiting => waiting >= 2);
        await broken.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running.WaitAsync(limit));
    }

    private static VerifyRequest Request(RetireDatabase store, Func<Task> between) =>
        new() { LooksForStrays = true, TrustedKeys = [store.Signer.PublicKey], CheckpointCopies = CopiesAsync(between) };

    private static async IAsyncEnumerable<string> CopiesAsync(Func<Task> between)
    {
        await between();
        yield break;
    }

    private static async Task<NpgsqlConnection> OpenAsync(RetireDatabase store)
    {
        var connection = new NpgsqlConnection(store.Owner.ConnectionString);
        await connection.OpenAsync(None);
        return connection;
    }

    private static async Task LockAsync(NpgsqlConnection connection, string table)
    {
        await using var command = new NpgsqlCommand($"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", connection);
        _ = await command.ExecuteNonQueryAsync(None);
    }

    private static async Task UntilAsync(RetireDatabase store, Predicate<long> isRight)
    {
        using var enough = new CancellationTokenSource(limit);
        while (!isRight(await store.Database.AskAsync<long>(WaitingSql)))
            enough.Token.ThrowIfCancellationRequested();
    }
}

using AuditStream.Core.Chain;
using AuditStream.Core.Sink;
using AuditStream.Postgres.Tests.Verify;
using AuditStream.Postgres.Verify;
using AuditStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.Postgres.Tests;

[Collection(PostgresServer.Collection)]
public sealed class ChainTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static int nextShard = 10;

    // Each test has a chain of its own.
    private readonly int _shard = Interlocked.Increment(ref nextShard);

    [PostgresFact]
    public async Task A_replay_changes_no_byte_of_events_and_blocks()
    {
        const string Everything = "SELECT md5((SELECT string_agg(e::text, '|' ORDER BY event_id) FROM audit.event e) "
            + "|| (SELECT string_agg(b::text, '|' ORDER BY shard, number) FROM audit.block b))";
        await using var store = new TestStore(database.Writer);
        for (var block = 0; block < 5; block++)
            (await store.Store.WriteAsync(ChainEvents.Batch(block * 30, 30, _shard), None)).Inserted.ShouldBe(30);
        var before = await database.AskAsync<string>(Everything);
        for (var round = 0; round < 3; round++)
        {
            await using var again = new TestStore(database.Writer);
            for (var first = 0; first < 150; first += 50 - round) // other batches than the first time
                _ = await again.Store.WriteAsync(ChainEvents.Batch(first, Math.Min(50 - round, 150 - first), _shard), None);
            (await database.AskAsync<string>(Everything)).ShouldBe(before);
        }
        (await DamagesAsync()).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task A_writer_that_was_claimed_over_writes_nothing_and_may_claim_back()
    {
        await using var zombie = new TestStore(database.Writer);
        await using var successor = new TestStore(database.Writer);
        (await zombie.Store.WriteAsync(ChainEvents.Batch(0, 10, _shard), None)).Inserted.ShouldBe(10);
        (await successor.Store.WriteAsync(ChainEvents.Batch(10, 10, _shard), None)).Inserted.ShouldBe(10);
        var error = await Should.ThrowAsync<StoreException>(() => zombie.Store.WriteAsync(ChainEvents.Batch(5, 50, _shard), None));
        (error.ErrorClass, error.Code).ShouldBe((StoreErrorClass.Transient, StoreException.FencedCode));
        (await CountAsync()).ShouldBe(20);
        (await successor.Store.WriteAsync(ChainEvents.Batch(20, 10, _shard), None)).Inserted.ShouldBe(10);
        (await zombie.Store.WriteAsync(ChainEvents.Batch(25, 10, _shard), None)).ShouldBe(new StoreResult(5, 5, 0, 0, 0));
        (await DamagesAsync()).ShouldBeEmpty();
        (await database.AskAsync<string>($"SELECT string_agg(epoch::text, ',' ORDER BY number) FROM audit.block WHERE shard = {_shard}")).ShouldBe("1,2,2,3");
    }

    [PostgresFact]
    public async Task An_epoch_that_went_back_with_a_backup_and_came_again_is_another_writers()
    {
        await using var zombie = new TestStore(database.Writer);
        (await zombie.Store.WriteAsync(ChainEvents.Batch(0, 10, _shard), None)).Inserted.ShouldBe(10);
        // As a restore leaves it, and then the next writer claims: the number is what the zombie has in mind.
        await database.ExecuteAsync($"UPDATE audit.chain_head SET epoch = epoch - 1, claimed_by = 'of the backup' WHERE shard = {_shard}");
        await using var successor = new TestStore(database.Writer);
        (await successor.Store.WriteAsync(ChainEvents.Batch(10, 10, _shard), None)).Inserted.ShouldBe(10);
        (await database.AskAsync<string>($"SELECT string_agg(epoch::text, ',' ORDER BY number) FROM audit.block WHERE shard = {_shard}")).ShouldBe("1,1");
        var error = await Should.ThrowAsync<StoreException>(() => zombie.Store.WriteAsync(ChainEvents.Batch(20, 10, _shard), None));
        error.Code.ShouldBe(StoreException.FencedCode);
        (await successor.Store.WriteAsync(ChainEvents.Batch(20, 10, _shard), None)).Inserted.ShouldBe(10);
        (await DamagesAsync()).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task More_partitions_of_the_topic_are_more_chains_from_their_first_block_on()
    {
        var (added, signer) = (Interlocked.Increment(ref nextShard), new TestSigner());
        await using var checkpoints = new CheckpointTable(database.Writer);
        await using var store = new TestStore(database.Writer);
        _ = await store.Store.WriteAsync(ChainEvents.Batch(0, 10, _shard), None);
        var before = HeadsOf(await checkpoints.MakeAsync("pipeline", signer, None));
        await using var verifier = new ChainVerifier(database.Reader);
        var verified = (await verifier.RunAsync(new VerifyRequest(), progress: null, None)).Heads.ToDictionary(head => head.Shard);
        _ = await store.Store.WriteAsync(ChainEvents.Batch(10, 10, _shard, added), None);
        var after = HeadsOf(await checkpoints.MakeAsync("pipeline", signer, None));
        (before.GetValueOrDefault(_shard), before.ContainsKey(added)).ShouldBe((1, false));
        (after.GetValueOrDefault(_shard), after.GetValueOrDefault(added)).ShouldBe((2, 1));
        (await DamagesAsync()).ShouldBeEmpty();
        // Who goes on from what was verified before meets the new chain at its first block.
        await using var next = new ChainVerifier(database.Reader);
        var report = await next.RunAsync(new VerifyRequest { Verified = verified }, progress: null, None);
        report.Damages.ShouldBeEmpty();
        (report.Blocks, report.Rows).ShouldBe((2, 20));
    }

    [PostgresFact]
    public async Task A_new_assignment_claims_anew()
    {
        await using var store = new TestStore(database.Writer);
        foreach (var assignment in new[] { 1, 1, 2 })
        {
            var batch = new StoreBatch { Assignment = assignment };
            batch.Events.AddRange(ChainEvents.Batch(0, 1, _shard).Events);
            _ = await store.Store.WriteAsync(batch, None);
        }
        (await database.AskAsync<long>($"SELECT epoch FROM audit.chain_head WHERE shard = {_shard}")).ShouldBe(2);
        (await database.AskAsync<long>($"SELECT count(*) FROM audit.block WHERE shard = {_shard}")).ShouldBe(1);
    }

    [PostgresFact]
    public async Task A_batch_of_several_shards_makes_one_block_of_each()
    {
        var other = Interlocked.Increment(ref nextShard);
        await using var store = new TestStore(database.Writer);
        (await store.Store.WriteAsync(ChainEvents.Batch(0, 10, _shard, other), None)).Inserted.ShouldBe(20);
        (await database.AskAsync<string>($"SELECT string_agg(concat_ws('/', number, row_count, first_offset, last_offset), ' ') FROM audit.block WHERE shard IN ({_shard}, {other})"))
            .ShouldBe("1/10/0/9 1/10/0/9");
    }

    [PostgresFact]
    public async Task A_head_that_is_missing_wrong_or_of_another_topic_is_refused_with_clear_words()
    {
        await using (var store = new TestStore(database.Writer))
        {
            _ = await store.Store.WriteAsync(ChainEvents.Batch(0, 10, _shard), None);
            _ = await store.Store.WriteAsync(ChainEvents.Batch(10, 10, _shard), None);
        }
        foreach (var (sql, code) in new[]
        {
            ($"UPDATE audit.chain_head SET topic = 'other' WHERE shard = {_shard}", "AU022"),
            ($"UPDATE audit.chain_head SET topic = '{Rows.Topic}', number = 1 WHERE shard = {_shard}", "AU021"),
            ($"DELETE FROM audit.chain_head WHERE shard = {_shard}", "AU020"),
        })
        {
            await database.ExecuteAsync(sql);
            await using var store = new TestStore(database.Writer);
            var error = await Should.ThrowAsync<StoreException>(() => store.Store.WriteAsync(ChainEvents.Batch(20, 10, _shard), None));
            (error.ErrorClass, error.Code).ShouldBe((StoreErrorClass.Systemic, code), error.Message);
            error.Message.ShouldContain(_shard.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        (await database.AskAsync<long>($"SELECT audit.rebuild_chain_head({_shard})")).ShouldBe(2);
        await using var mended = new TestStore(database.Writer);
        (await mended.Store.WriteAsync(ChainEvents.Batch(20, 10, _shard), None)).Inserted.ShouldBe(10);
        (await DamagesAsync()).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task Rows_that_are_older_than_the_chain_are_not_chained_and_no_damage()
    {
        var name = await database.Server.CreateDatabaseAsync();
        var options = new PostgresOptions { ConnectionString = database.Server.Server.ConnectionString(name) };
        var before = Migration.Embedded().Where(migration => migration.Number is < 20 or 999).ToList();
        await using (var old = new Migrator(options, before, NullLogger<Migrator>.Instance))
            _ = await old.MigrateAsync(None);
        await database.Server.ExecuteAsync(name, "SELECT audit.ensure_partition('2026-03-01Z'); INSERT INTO audit.event (occurred_at, stream_offset, event_id, shard, "
            + "fact_scheme, operation, source, fact_hash, event_uid, body) SELECT '2026-03-01Z', n, gen_random_uuid(), 0, 1, 'insert', 's', sha256('1'), sha256('2'), '{}' "
            + "FROM generate_series(1, 7) n");
        await using (var migrator = new Migrator(options, NullLogger<Migrator>.Instance))
            (await migrator.MigrateAsync(None)).ShouldContain("020_chain.sql");
        await using (var store = new TestStore(options))
            (await store.Store.WriteAsync(ChainEvents.Batch(0, 10, 0), None)).Inserted.ShouldBe(10);
        await using var verifier = new ChainVerifier(options);
        var report = await verifier.RunAsync(new VerifyRequest { LooksForStrays = true }, progress: null, None);
        report.Damages.ShouldBeEmpty();
        (report.Rows, report.UnchainedRows).ShouldBe((10, 7));
    }

    private static Dictionary<int, long> HeadsOf((long Number, string Note)? made) =>
        Checkpoint.Parse(SignedNote.Parse(made.ShouldNotBeNull().Note).ShouldNotBeNull().Text).ShouldNotBeNull().Heads
            .ToDictionary(head => head.Shard, head => head.Number);

    private Task<long> CountAsync() => database.AskAsync<long>($"SELECT count(*) FROM audit.event WHERE shard = {_shard}");

    /// <summary>What is wrong with this test's chain, and only with it.</summary>
    private async Task<IReadOnlyList<Core.Chain.Damage>> DamagesAsync()
    {
        await using var verifier = new ChainVerifier(database.Reader);
        var report = await verifier.RunAsync(new VerifyRequest { LooksForStrays = true }, progress: null, None);
        return [.. report.Damages.Where(damage => damage.Shard == _shard)];
    }
}

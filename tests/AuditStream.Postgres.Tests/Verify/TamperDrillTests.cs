using AuditStream.Postgres.Verify;
using AuditStream.Testing;

namespace AuditStream.Postgres.Tests.Verify;

/// <summary>What somebody who may do everything could do, and what verify says of it. docs/PROOFS.md has the same list for people.</summary>
[Collection(PostgresServer.Collection)]
public sealed class TamperDrillTests(DrillDatabase drill) : IClassFixture<DrillDatabase>
{
    private const string Target = "shard = 0 AND stream_offset = 65";
    private static readonly Guid id = ChainEvents.Row(65).EventId;

    [PostgresFact]
    public async Task A_store_that_nobody_touched_is_whole()
    {
        await drill.RestoreAsync();
        var report = await drill.VerifyAsync();
        report.Damages.ShouldBeEmpty();
        (report.Checkpoints, report.LastCheckpoint).ShouldBe((1, 1));
        (report.Blocks, report.Rows, report.Refused, report.UnchainedRows).ShouldBe((26, 480, 3, 0));
        report.Heads.Select(head => (head.Shard, head.Number)).ShouldBe([(-1, 1), (0, 13), (1, 12)]);
    }

    [PostgresFact]
    public Task A_changed_field_of_a_body_is_found() =>
        FindsAsync("UPDATE audit.event SET body = replace(body::text, '\"amount\":\"65\"', '\"amount\":\"66\"')::json WHERE " + Target,
            $"BodyChanged 0/4 {id} @65");

    [PostgresFact]
    public Task A_key_changed_in_body_and_columns_is_found() =>
        FindsAsync("UPDATE audit.event SET body = replace(body::text, '{\"id\":\"65\"}', '{\"id\":\"99\"}')::json, key = '{\"id\":\"99\"}', "
            + $"key_hash = sha256('{{\"id\":\"99\"}}') WHERE {Target}", $"BodyChanged 0/4 {id} @65");

    [PostgresFact]
    public Task White_space_in_a_body_is_found() =>
        FindsAsync($"UPDATE audit.event SET body = (body::text || ' ')::json WHERE {Target}", $"BodyChanged 0/4 {id} @65");

    [PostgresFact]
    public async Task Every_changed_column_is_found()
    {
        foreach (var (column, value) in new[]
        {
            ("occurred_at", "occurred_at + interval '1 millisecond'"), ("operation", "'insert'"), ("source", "'other'"), ("schema_name", "NULL"),
            ("table_name", "'customers'"), ("key", "'{\"id\":\"66\"}'"), ("key_hash", "sha256('66')"), ("changed", "'{amount}'"),
            ("transaction_id", "'tx-66'"), ("actor", "'bob'"), ("source_position", "'66'"),
        })
            await FindsAsync($"UPDATE audit.event SET {column} = {value} WHERE {Target}", $"ColumnChanged 0/4 {id} @65");
        await FindsAsync($"UPDATE audit.event SET event_id = gen_random_uuid() WHERE {Target}", "ColumnChanged 0/4 * @65");
    }

    [PostgresFact]
    public async Task Changed_columns_that_no_body_holds_are_found()
    {
        await FindsAsync($"UPDATE audit.event SET fact_hash = sha256('other') WHERE {Target}", $"ColumnChanged 0/4 {id} @65");
        await FindsAsync($"UPDATE audit.event SET fact_scheme = 2 WHERE {Target}", $"ColumnChanged 0/4 {id} @65");
        await FindsAsync($"UPDATE audit.event SET event_uid = substr(event_uid, 1, 31) || '\\x00' WHERE {Target}", $"ColumnChanged 0/4 {id} @65");
        await FindsAsync($"UPDATE audit.event SET stream_offset = 5000 WHERE {Target}", $"RowAdded 0/4 {id} @5000", "RowMissing 0/4 - @65");
    }

    [PostgresFact]
    public Task A_time_moved_to_another_month_is_found() =>
        FindsAsync($"UPDATE audit.event SET occurred_at = '2026-03-06Z' WHERE {Target}", $"ColumnChanged 0/4 {id} @65");

    [PostgresFact]
    public Task A_deleted_row_is_found() => FindsAsync($"DELETE FROM audit.event WHERE {Target}", "RowMissing 0/4 - @65");

    [PostgresFact]
    public Task The_newest_rows_deleted_with_their_block_are_found_by_the_head() => FindsAsync(
        "DELETE FROM audit.event WHERE shard = 1 AND block = 12; DELETE FROM audit.block WHERE shard = 1 AND number = 12", "HeadChanged 1/11",
        "CheckpointDisagrees 1/12");

    [PostgresFact]
    public Task A_block_removed_from_the_middle_is_found() => FindsAsync(
        "DELETE FROM audit.event WHERE shard = 1 AND block = 5; DELETE FROM audit.block WHERE shard = 1 AND number = 5", "BlockMissing 1/5");

    [PostgresFact]
    public Task A_forged_row_without_a_block_is_found() => FindsAsync(Forged("NULL"), "UnchainedRows");

    [PostgresFact]
    public Task A_forged_row_in_a_block_is_found() => FindsAsync(Forged("4"), "RowAdded 0/4 * @65");

    [PostgresFact]
    public Task A_forged_row_of_a_block_that_is_not_there_is_found() => FindsAsync(Forged("400"), "RowAdded 0/400 * @65");

    [PostgresFact]
    public Task Two_exchanged_bodies_are_found() => FindsAsync("""
        UPDATE audit.event e SET body = o.body FROM audit.event o WHERE e.shard = 0 AND o.shard = 0
          AND (e.stream_offset, o.stream_offset) IN ((65, 66), (66, 65))
        """, $"BodyChanged 0/4 {id} @65", $"BodyChanged 0/4 {ChainEvents.Row(66).EventId} @66");

    [PostgresFact]
    public Task Two_rows_that_changed_places_are_found() => FindsAsync(
        "UPDATE audit.event SET stream_offset = 131 - stream_offset WHERE shard = 0 AND stream_offset IN (65, 66)",
        $"BodyChanged 0/4 {id} @66", $"BodyChanged 0/4 {ChainEvents.Row(66).EventId} @65");

    [PostgresFact]
    public Task A_row_moved_to_another_block_is_found() => FindsAsync(
        $"UPDATE audit.event SET block = 5 WHERE {Target}", "RowMissing 0/4 - @65", $"RowAdded 0/5 {id} @65");

    [PostgresFact]
    public async Task A_changed_block_is_found()
    {
        await FindsAsync("UPDATE audit.block SET written_at = written_at - interval '1 day' WHERE shard = 0 AND number = 4", "BlockChanged 0/4");
        await FindsAsync("UPDATE audit.block SET topic = 'other' WHERE shard = 0 AND number = 4", "BlockChanged 0/4");
        await FindsAsync("UPDATE audit.block SET epoch = 0 WHERE shard = 0 AND number = 4", "BlockChanged 0/4", "ChainBroken 0/4");
        await FindsAsync("UPDATE audit.block SET hash = sha256('other') WHERE shard = 0 AND number = 4", "BlockChanged 0/4", "ChainBroken 0/5");
        await FindsAsync("UPDATE audit.block SET hash = sha256('other') WHERE shard = 0 AND number = 13", "BlockChanged 0/13", "HeadChanged 0/13",
            "CheckpointDisagrees 0/13");
        await FindsAsync("UPDATE audit.block SET merkle_root = sha256('other') WHERE shard = 0 AND number = 4", "BlockChanged 0/4", "BlockRowsChanged 0/4");
    }

    [PostgresFact]
    public async Task A_block_changed_to_what_no_block_can_be_does_not_stop_verify()
    {
        await FindsAsync("UPDATE audit.block SET row_count = 2147483647 WHERE shard = 0 AND number = 4", "BlockChanged 0/4", "RowMissing 0/4", "BlockRowsChanged 0/4");
        await FindsAsync("UPDATE audit.block SET row_count = -1 WHERE shard = 0 AND number = 4", "BlockChanged 0/4", "BlockRowsChanged 0/4");
        await FindsAsync("UPDATE audit.block SET written_at = 'infinity' WHERE shard = 0 AND number = 4", "BlockChanged 0/4");
        await FindsAsync("UPDATE audit.block SET occurred_from = '-infinity', occurred_to = 'infinity' WHERE shard = 0 AND number = 4",
            "BlockChanged 0/4", "BlockRowsChanged 0/4");
    }

    [PostgresFact]
    public async Task A_second_beginning_of_the_chain_is_found()
    {
        const string Insert = "INSERT INTO audit.chain_origin (began_at, unchained_events, unchained_divergences, unchained_dead_letters) VALUES ";
        await FindsAsync(Insert + "('infinity', 5, 0, 0)", "UnchainedRows");
        await FindsAsync(Insert + "('-infinity', 1, 0, 0); " + Forged("NULL"), "UnchainedRows");
    }

    [PostgresFact]
    public async Task A_store_that_went_back_in_time_is_found_by_who_knows_how_far_it_was()
    {
        await drill.RestoreAsync();
        var before = await drill.VerifyAsync();
        await drill.TamperAsync(SetBack + "; DELETE FROM audit.checkpoint");
        (await drill.VerifyAsync()).Damages.ShouldBeEmpty();
        await using var whole = new ChainVerifier(drill.Reader);
        var heads = before.Heads.ToDictionary(head => head.Shard);
        var request = new VerifyRequest { LooksForStrays = true, Known = heads, KnownCheckpoint = before.LastCheckpoint };
        var found = (await whole.RunAsync(request, progress: null, CancellationToken.None)).Damages;
        found.Select(damage => (damage.Kind, damage.Shard, damage.Block)).ShouldBe(
            [(Core.Chain.DamageKind.BlockMissing, 1, 12), (Core.Chain.DamageKind.CheckpointMissing, null, null)]);
        await using var incremental = new ChainVerifier(drill.Reader);
        request = new VerifyRequest { Verified = heads, CheckpointsAfter = before.LastCheckpoint };
        (await incremental.RunAsync(request, progress: null, CancellationToken.None)).Damages
            .ShouldContain(damage => damage.Kind == Core.Chain.DamageKind.CheckpointMissing);
    }

    [PostgresFact]
    public Task Two_exchanged_blocks_are_found() => FindsAsync("""
        UPDATE audit.block SET number = -number WHERE shard = 0 AND number IN (4, 5);
        UPDATE audit.block SET number = 9 + number WHERE shard = 0 AND number IN (-4, -5);
        UPDATE audit.event SET block = 9 - block WHERE shard = 0 AND block IN (4, 5)
        """, "ChainBroken 0/4", "BlockChanged 0/4", "ChainBroken 0/5", "BlockChanged 0/5", "ChainBroken 0/6");

    [PostgresFact]
    public async Task A_changed_list_of_leaves_is_found_and_does_not_hide_a_changed_row()
    {
        await FindsAsync("UPDATE audit.block SET leaves = set_byte(leaves, 20, 1 + get_byte(leaves, 20) % 200) WHERE shard = 0 AND number = 4",
            "LeavesChanged 0/4");
        await FindsAsync($"UPDATE audit.event SET body = (body::text || ' ')::json WHERE {Target}; "
            + "UPDATE audit.block SET leaves = overlay(leaves PLACING (SELECT sha256('\\x00' || convert_to(body::text, 'UTF8')) FROM audit.event "
            + $"WHERE {Target}) FROM 1 + 5 * 48 + 8) WHERE shard = 0 AND number = 4", "BlockRowsChanged 0/4");
    }

    [PostgresFact]
    public async Task A_truncated_or_detached_partition_is_found()
    {
        foreach (var sql in new[] { "TRUNCATE audit.event_20260201", "ALTER TABLE audit.event DETACH PARTITION audit.event_20260201" })
        {
            await drill.TamperAsync(sql);
            var report = await drill.VerifyAsync();
            report.DamageCount.ShouldBe(2 * 96); // four days of hours, in two shards
            report.Damages.ShouldAllBe(damage => damage.Kind == Core.Chain.DamageKind.RowMissing);
            report.Damages.Select(damage => damage.StreamOffset).Distinct()
                .ShouldBe(Enumerable.Range(0, 96).Select(offset => (long?)offset), ignoreOrder: true);
        }
    }

    [PostgresFact]
    public async Task Rows_taken_back_to_a_backup_are_found()
    {
        await drill.TamperAsync("DELETE FROM audit.event WHERE block > 10");
        (await drill.VerifyAsync()).Damages.Select(damage => $"{damage.Kind} {damage.Shard}/{damage.Block}").Distinct()
            .ShouldBe(["RowMissing 0/11", "RowMissing 0/12", "RowMissing 1/11", "RowMissing 1/12"], ignoreOrder: true);
    }

    [PostgresFact]
    public async Task A_changed_head_is_found()
    {
        await FindsAsync("DELETE FROM audit.chain_head WHERE shard = 1", "HeadChanged 1/12");
        await FindsAsync("UPDATE audit.chain_head SET number = 11, hash = (SELECT hash FROM audit.block WHERE shard = 1 AND number = 11) WHERE shard = 1",
            "HeadChanged 1/12");
    }

    [PostgresFact]
    public async Task Changed_deleted_and_added_divergences_are_found()
    {
        await FindsAsync("UPDATE audit.divergence SET body = '{}'", "DivergencesChanged 0/13");
        await FindsAsync("UPDATE audit.divergence SET stored_fact_hash = sha256('other')", "DivergencesChanged 0/13");
        await FindsAsync("DELETE FROM audit.divergence", "DivergencesChanged 0/13");
        await FindsAsync("UPDATE audit.divergence SET block = 12", "DivergencesChanged 0/13", "DivergencesChanged 0/12");
        await FindsAsync("UPDATE audit.divergence SET block = NULL", "DivergencesChanged 0/13", "UnchainedRows");
    }

    [PostgresFact]
    public async Task Changed_deleted_and_added_dead_letters_are_found()
    {
        foreach (var change in new[]
        {
            "record_value = '\\x00'", "record_key = NULL", "reason = 'other'", "message = 'other'", "headers = '[]'", "salt = NULL",
            "recorded_at = recorded_at + interval '1 millisecond'", "topic_offset = 9", "recorded_at = 'infinity'", "recorded_at = '-infinity'",
        })
            await FindsAsync($"UPDATE audit.dead_letter SET {change} WHERE topic_offset = 7", "DeadLettersChanged -1/1");
        await FindsAsync("DELETE FROM audit.dead_letter WHERE topic_offset = 7", "DeadLettersChanged -1/1");
        await FindsAsync("INSERT INTO audit.dead_letter SELECT stage, topic, topic_partition, 99, reason, message, recorded_at, record_key, record_value, headers, "
            + "stored_at, 0, 3, salt FROM audit.dead_letter WHERE topic_offset = 7", "DeadLettersChanged 0/3");
    }

    [PostgresFact]
    public Task The_newest_rows_deleted_with_their_block_and_the_head_set_back_are_found_by_the_checkpoint() => FindsAsync(
        SetBack, "CheckpointDisagrees 1/12");

    [PostgresFact]
    public async Task A_store_that_went_back_in_time_with_its_checkpoints_is_found_by_who_kept_one()
    {
        await drill.TamperAsync(SetBack + "; DELETE FROM audit.checkpoint");
        (await drill.VerifyAsync()).Damages.ShouldBeEmpty(); // docs/PROOFS.md: without a copy elsewhere this is not seen
        (await drill.VerifyAsync(knowsCheckpoints: true)).Damages.Select(damage => damage.Kind)
            .ShouldBe([Core.Chain.DamageKind.CheckpointDisagrees, Core.Chain.DamageKind.CheckpointMissing]);
    }

    [PostgresFact]
    public async Task A_checkpoint_signed_with_another_key_is_found_by_who_knows_the_key()
    {
        await drill.RestoreAsync();
        var forger = new TestSigner();
        await using (var table = new CheckpointTable(drill.Writer))
        {
            await drill.TamperAsync("DELETE FROM audit.checkpoint");
            (await table.MakeAsync("drill", forger, CancellationToken.None)).ShouldNotBeNull().Number.ShouldBe(1);
        }
        (await drill.VerifyAsync()).Damages.ShouldBeEmpty(); // docs/PROOFS.md: the store's own list of keys is for comfort
        (await drill.VerifyAsync(knowsCheckpoints: true)).Damages.Select(damage => damage.Kind)
            .ShouldBe([Core.Chain.DamageKind.CheckpointInvalid, Core.Chain.DamageKind.CheckpointMissing]);
    }

    [PostgresFact]
    public async Task A_changed_checkpoint_is_found()
    {
        await FindsAsync("UPDATE audit.checkpoint SET note = replace(note, E'\n1 12 ', E'\n1 11 ')", "CheckpointInvalid");
        await FindsAsync("UPDATE audit.checkpoint SET number = 2", "CheckpointInvalid", "CheckpointInvalid");
    }

    [PostgresFact]
    public async Task A_chain_written_on_by_who_has_the_writers_password_is_whole()
    {
        // docs/PROOFS.md: it is what the service would have written; only the raw topics know better.
        await drill.RestoreAsync();
        await using (var store = new TestStore(drill.Writer))
            (await store.Store.WriteAsync(Rows.Batch(ChainEvents.Row(5_000)), CancellationToken.None)).Inserted.ShouldBe(1);
        (await drill.VerifyAsync(knowsCheckpoints: true)).Damages.ShouldBeEmpty();
    }

    private const string SetBack = "DELETE FROM audit.event WHERE shard = 1 AND block = 12; DELETE FROM audit.block WHERE shard = 1 AND number = 12; "
        + "UPDATE audit.chain_head h SET number = 11, hash = b.hash FROM audit.block b WHERE h.shard = 1 AND b.shard = 1 AND b.number = 11";

    private static string Forged(string block) => "INSERT INTO audit.event SELECT occurred_at, stream_offset, "
        + $"{block}, gen_random_uuid(), shard, fact_scheme, operation, source, schema_name, table_name, key, key_hash, changed, transaction_id, actor, "
        + $"source_position, fact_hash, event_uid, body FROM audit.event WHERE {Target}";

    /// <summary>Tampers with the store and compares what verify says, in any order. A star stands for any event.</summary>
    private async Task FindsAsync(string sql, params string[] damages)
    {
        await drill.TamperAsync(sql);
        var found = (await drill.VerifyAsync()).Damages.Select(damage => (damage.Shard, damage.StreamOffset, damage.Kind) switch
        {
            (null, _, _) => $"{damage.Kind}",
            (_, null, _) => $"{damage.Kind} {damage.Shard}/{damage.Block}",
            _ => $"{damage.Kind} {damage.Shard}/{damage.Block} {damage.EventId?.ToString() ?? "-"} @{damage.StreamOffset}",
        }).ToList();
        found = [.. found.Select(text => damages.FirstOrDefault(expected => Matches(expected, text)) ?? text)];
        found.ShouldBe(damages, ignoreOrder: true, sql);
    }

    private static bool Matches(string expected, string text)
    {
        var (one, other) = (expected.Split(' '), text.Split(' '));
        return one.Length == other.Length && one.Zip(other).All(pair => pair.First == "*" || pair.First == pair.Second);
    }
}

using System.IO.Compression;
using System.Text.Json.Nodes;
using AuditStream.Core.Chain;
using AuditStream.Core.Sink;
using AuditStream.Postgres.Retire;
using AuditStream.Postgres.Verify;
using AuditStream.Testing;
using Npgsql;

namespace AuditStream.Postgres.Tests.Retire;

[Collection(PostgresServer.Collection)]
public sealed class RetirementTests(PostgresServer server)
{
    private const string January = RetireDatabase.January;
    private const string February = RetireDatabase.February;
    private static readonly CancellationToken None = CancellationToken.None;

    [PostgresFact]
    public async Task A_retired_range_is_in_its_archive_and_the_chain_still_verifies()
    {
        await using var store = await MakeAsync();
        await using var sink = new TestStore(store.Database.Writer);
        _ = await sink.Store.WriteAsync(Rows.Batch(RetireDatabase.Event(5, 0)), None); // it knows the partition now
        await store.RetireAsync(January);
        (await store.Database.AskAsync<bool>($"SELECT to_regclass('audit.{January}') IS NULL AND retired_at IS NOT NULL FROM audit.partition WHERE name = '{January}'"))
            .ShouldBeTrue();
        await WholeAsync(store, retiredRows: 50);
        var lines = Lines(store.FolderOf(January).Events).Select(line => JsonNode.Parse(line).ShouldNotBeNull()).ToList();
        lines.Select(line => ((int?)line["shard"], (long?)line["stream_offset"])).ShouldBe(
            Enumerable.Range(0, 2).SelectMany(shard => Enumerable.Range(5, 25).Select(number => ((int?)shard, (long?)number))));
        lines[0]["body"].ShouldNotBeNull()["event_id"].ShouldNotBeNull().GetValue<Guid>().ShouldBe(RetireDatabase.Event(5, 0).EventId);
        // What comes again of it is skipped, by a writer that knew the partition and by a new one.
        var again = Rows.Batch(RetireDatabase.Event(5, 0), RetireDatabase.Event(6, 1), RetireDatabase.Event(200, 0));
        (await sink.Store.WriteAsync(again, None)).ShouldBe(new StoreResult(1, 0, 0, 0, 0, Retired: 2));
        await using (var other = new TestStore(store.Database.Writer))
            (await other.Store.WriteAsync(again, None)).ShouldBe(new StoreResult(0, 1, 0, 0, 0, Retired: 2));
        // Its neighbour, with which it shares a block in each shard.
        await store.RetireAsync(February);
        await WholeAsync(store, retiredRows: 110);
        (await store.CheckAsync(January, withStore: true)).ShouldSatisfyAllConditions(
            verdict => verdict.Problem.ShouldBeNull(), verdict => verdict.Rows.ShouldBe(50),
            verdict => verdict.Fingerprint.ShouldBe(SignedNote.Fingerprint(store.Signer.PublicKey)));
        (await store.CheckAsync(February, withStore: true)).Problem.ShouldBeNull();
    }

    [PostgresFact]
    public async Task A_tombstone_says_what_went_when_by_whom_and_why()
    {
        await using var store = await MakeAsync();
        await store.RetireAsync(January);
        var note = SignedNote.Parse(await File.ReadAllTextAsync(store.FolderOf(January).Tombstone)).ShouldNotBeNull();
        note.IsSignedBy(store.Signer.PublicKey).ShouldBeTrue();
        var tombstone = Tombstone.Parse(note.Text).ShouldNotBeNull();
        (tombstone.Origin, tombstone.Partition, tombstone.Rows, tombstone.UnchainedRows, tombstone.Checkpoint).ShouldBe(("shop", January, 50, 0, 1));
        (tombstone.Retention, tombstone.By, tombstone.Reason).ShouldBe(("30 days", "ann", "its time is over"));
        DateTimeOffset.FromUnixTimeMilliseconds(tombstone.To).ShouldBe(new DateTimeOffset(2024, 2, 1, 0, 0, 0, TimeSpan.Zero));
        (await store.Database.AskAsync<string>("SELECT note FROM audit.tombstone")).ShouldBe(await File.ReadAllTextAsync(store.FolderOf(January).Tombstone));
    }

    [PostgresFact]
    public async Task A_range_is_kept_before_its_time_under_a_hold_and_without_a_checkpoint()
    {
        await using var store = await MakeAsync();
        await store.KeepAsync("7 years");
        (await store.RefusalAsync(January)).ShouldBe($"{January} is not retired: its time is not over before 2031-02-01 00:00:00Z (retention in audit.setting).");
        await store.KeepAsync("30 days");
        await using var holds = new LegalHolds(store.Owner);
        (await holds.AddAsync("case 7", new DateTimeOffset(2024, 1, 31, 0, 0, 0, TimeSpan.Zero), null, "a lawsuit", "ann", None)).ShouldBeTrue();
        (await store.RefusalAsync(January)).ShouldBe($"{January} is not retired: it is under the legal hold case 7.");
        (await holds.ReleaseAsync("case 7", "it is settled", "bob", None)).ShouldBeTrue();
        await store.StoreAsync(RetireDatabase.Event(1, 0));
        (await store.RefusalAsync(January)).ShouldStartWith($"{January} is not anchored: no signed checkpoint covers all of its blocks.");
        (await store.Database.AskAsync<long>("SELECT count(*) FROM audit.tombstone")).ShouldBe(0);
        await store.CheckpointAsync();
        await store.RetireAsync(January);
        await WholeAsync(store, retiredRows: 51);
    }

    [PostgresFact]
    public async Task A_hold_that_is_placed_or_an_event_that_comes_after_the_archive_was_made_keeps_the_range()
    {
        await using var store = await MakeAsync();
        await using var retirement = store.NewRetirement();
        await using var holds = new LegalHolds(store.Owner);
        var archived = await store.ArchiveAsync(January);
        (await holds.AddAsync("late", null, null, "a lawsuit", "ann", None)).ShouldBeTrue();
        (await Should.ThrowAsync<RetirementException>(() => retirement.DropAsync(archived, "ann", "r", None))).Message.ShouldContain("legal hold late");
        (await holds.ReleaseAsync("late", "r", "ann", None)).ShouldBeTrue();
        await store.StoreAsync(RetireDatabase.Event(2, 1));
        (await Should.ThrowAsync<RetirementException>(() => retirement.DropAsync(archived, "ann", "r", None))).Message
            .ShouldBe($"{January} is not retired: events of it came after it was archived. Run it again.");
        (await store.Database.AskAsync<long>($"SELECT count(*) FROM audit.{January}")).ShouldBe(51);
        (await store.Database.AskAsync<long>("SELECT (SELECT count(*) FROM audit.tombstone) + (SELECT count(*) FROM audit.tombstone_part)")).ShouldBe(0);
        await WholeAsync(store, retiredRows: 0);
        (await store.CheckAsync(January)).Problem.ShouldNotBeNull().ShouldStartWith("It has no tombstone");
    }

    [PostgresFact]
    public async Task A_range_that_is_not_what_the_chain_says_is_kept()
    {
        await using var store = await MakeAsync();
        const string Target = $"audit.{January}";
        await store.TamperAsync(Target, $"CREATE TABLE kept AS SELECT * FROM {Target} WHERE shard = 0 AND stream_offset = 8; "
            + $"UPDATE {Target} SET fact_hash = sha256('x') WHERE shard = 0 AND stream_offset = 8");
        (await store.RefusalAsync(January)).ShouldBe("Shard 0, block 1: the event at offset 8 is not the one that was stored. Run auditstream verify --all.");
        await store.TamperAsync(Target, $"DELETE FROM {Target} WHERE shard = 0 AND stream_offset = 8");
        (await store.RefusalAsync(January)).ShouldBe("Shard 0, block 1: 1 of its 10 events are missing. Run auditstream verify --all.");
        // Another place, one that no block knows, and one of a block that there is not.
        await store.TamperAsync(Target, $"INSERT INTO {Target} SELECT * FROM kept; UPDATE {Target} SET block = 999 WHERE shard = 0 AND stream_offset = 9");
        (await store.RefusalAsync(January)).ShouldBe("Shard 0, block 1: 1 of its 10 events are missing. Run auditstream verify --all.");
        await store.TamperAsync(Target, $"UPDATE {Target} SET block = 1 WHERE shard = 0 AND stream_offset = 9");
        await store.TamperAsync(Target, $"CREATE TABLE forged AS SELECT * FROM kept; UPDATE forged SET event_id = gen_random_uuid(), block = 999; INSERT INTO {Target} SELECT * FROM forged");
        (await store.RefusalAsync(January)).ShouldStartWith($"{January} has 51 events, and 50 of them are in blocks or older than the chain: others were added.");
        // Of a block that reaches into the next month, an event of that month.
        await store.TamperAsync(Target, $"DELETE FROM {Target} WHERE block = 999");
        await store.TamperAsync($"audit.{February}", $"DELETE FROM audit.{February} WHERE shard = 1 AND stream_offset = 31");
        (await store.RefusalAsync(January)).ShouldBe("Shard 1, block 3: it has 10 events, and 5 here and 4 elsewhere are left. Run auditstream verify --all.");
        (await store.Database.AskAsync<long>("SELECT count(*) FROM audit.tombstone")).ShouldBe(0);
    }

    [PostgresFact]
    public async Task Detaching_waits_for_who_reads_and_lets_others_go_on()
    {
        await using var store = await MakeAsync();
        await using var retirement = store.NewRetirement();
        var archived = await store.ArchiveAsync(January);
        await using var connection = new NpgsqlConnection(store.Owner.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var read = new NpgsqlCommand("LOCK TABLE audit.event IN ACCESS SHARE MODE", connection))
            _ = await read.ExecuteNonQueryAsync();
        var dropping = retirement.DropAsync(archived, "ann", "r", None);
        await Eventually.HoldsAsync("detaching to wait", TimeSpan.FromSeconds(60), () => store.Database.AskAsync<bool>(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'audit.event'::regclass AND mode = 'AccessExclusiveLock' AND NOT granted)"));
        // Longer than one attempt: between two of them a writer gets through.
        await store.StoreAsync(RetireDatabase.Event(300, 0));
        dropping.IsCompleted.ShouldBeFalse();
        await transaction.CommitAsync();
        await dropping;
        await WholeAsync(store, retiredRows: 50);
    }

    [PostgresFact]
    public async Task What_is_retired_while_it_is_verified_is_no_damage()
    {
        await using var store = await MakeAsync();
        await using var source = NpgsqlDataSource.Create(store.Database.ReaderConnectionString);
        var retired = await RetiredRanges.ReadAsync(source, None);
        await store.RetireAsync(January);
        var report = new DamageReport();
        await using var command = source.CreateCommand($"SELECT {StoredBlock.Columns} FROM audit.block WHERE shard = 0 AND number IN (1, 3) ORDER BY number");
        await using var reader = await command.ExecuteReaderAsync();
        foreach (var gone in new[] { 10, 5 })
        {
            (await reader.ReadAsync()).ShouldBeTrue();
            var state = new BlockState(StoredBlock.Read(reader).Header);
            (await new BlockExaminer(source, retired, report).ExamineAsync(state, None)).ShouldBe(gone);
        }
        report.Kept.ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task Two_that_retire_take_turns()
    {
        await using var store = await MakeAsync();
        await using (var first = store.NewRetirement())
        {
            var archived = await first.ArchiveAsync(await store.RangeAsync(January), store.FolderOf(January), progress: null, None);
            (await store.RefusalAsync(February)).ShouldBe("Another process retires ranges of this store just now.");
            await first.DropAsync(archived, "ann", "r", None);
        }
        await store.RetireAsync(February);
        await WholeAsync(store, retiredRows: 110);
    }

    [PostgresFact]
    public async Task Events_that_are_older_than_the_chain_are_archived_too()
    {
        await using var store = await MakeAsync();
        await store.Database.ExecuteAsync("ALTER TABLE audit.event DISABLE TRIGGER refuse_unchained; ALTER TABLE audit.chain_origin DISABLE TRIGGER USER; UPDATE audit.chain_origin SET unchained_events = 3; "
            + "ALTER TABLE audit.chain_origin ENABLE ALWAYS TRIGGER refuse_change_here, ENABLE ALWAYS TRIGGER refuse_truncate_here; "
            + "INSERT INTO audit.event (occurred_at, stream_offset, event_id, shard, fact_scheme, operation, source, fact_hash, event_uid, body) "
            + "SELECT '2024-01-05Z', n, gen_random_uuid(), 0, 1, 'insert', 's', sha256('f'), sha256('u'), '{\"n\":1}' FROM generate_series(1, 3) n; "
            + "ALTER TABLE audit.event ENABLE ALWAYS TRIGGER refuse_unchained");
        (await store.VerifyAsync()).ShouldSatisfyAllConditions(report => report.Damages.ShouldBeEmpty(), report => report.UnchainedRows.ShouldBe(3));
        await store.RetireAsync(January);
        await WholeAsync(store, retiredRows: 50);
        var verdict = await store.CheckAsync(January, withStore: true);
        (verdict.Problem, verdict.Rows).ShouldBe((null, 53));
    }

    [PostgresFact]
    public async Task An_event_is_proven_out_of_its_archive()
    {
        await using var store = await MakeAsync();
        await using var prover = new Prover(store.Database.Reader);
        var id = RetireDatabase.Event(27, 1).EventId;
        var before = (await prover.ProveAsync(id, archives: null, None)).Bundle.ShouldNotBeNull().ToJson();
        await store.RetireAsync(January);
        (await prover.ProveAsync(id, archives: null, None)).Problem.ShouldBe(
            $"There is no such event. Events of its time are retired ({January}): name the folder of their archives.");
        (await prover.ProveAsync(id, store.Archives, None)).Bundle.ShouldNotBeNull().ToJson().ShouldBe(before);
        (await prover.ProveAsync(RetireDatabase.Event(3, 1).EventId, store.Archives, None)).Problem.ShouldBe($"There is no such event, and none in the archive of {January}.");
        (await prover.ProveAsync(Guid.Empty, store.Archives, None)).Problem.ShouldBe("There is no such event.");
    }

    [PostgresFact]
    public async Task A_tombstone_that_was_not_written_beside_the_archive_is_put_there_later()
    {
        await using var store = await MakeAsync();
        await store.RetireAsync(January);
        await store.ArchiveAsync(February);
        var note = store.FolderOf(January).Tombstone;
        File.Delete(note);
        await using var retirement = store.NewRetirement();
        (await retirement.MendAsync(store.Archives, None)).ShouldBe([January]);
        (await store.CheckAsync(January)).Problem.ShouldBeNull();
        (await retirement.MendAsync(store.Archives, None)).ShouldBeEmpty();
        // The archive of another store under the same name is left alone.
        File.Delete(note);
        await File.AppendAllTextAsync(store.FolderOf(January).Manifest, " ");
        (await retirement.MendAsync(store.Archives, None)).ShouldBeEmpty();
        (await Should.ThrowAsync<RetirementException>(async () =>
        {
            await File.WriteAllTextAsync(store.FolderOf(February).Tombstone, "");
            await store.ArchiveAsync(February);
        })).Message.ShouldContain("holds the archive of a range that was retired");
    }

    [PostgresFact]
    public async Task The_ledger_goes_on_over_a_retired_range_and_its_holes_stay()
    {
        await using var store = await MakeAsync();
        AuditRow Ledger(int number, long from, long to) => RetireDatabase.Event(number, 0) with
        {
            Operation = "ledger", Source = "app", StreamOffset = 1_000 + number, TransactionId = null, Schema = null, Table = null, Key = null, KeyHash = null,
            EventId = Guid.NewGuid(), Body = System.Text.Encoding.UTF8.GetBytes($$$"""
                {"detail":{"consumed":"1","dead_letters":"0","emitted":"1","from":"{{{from}}}","partition":0,"skipped":{},"sub_topology":"normalize","to":"{{{to}}}","topic":"raw"}}
                """.Trim()),
        };
        // January; February in three pieces, with a hole before the last; March.
        await store.StoreAsync(Ledger(10, 0, 100), Ledger(40, 100, 150), Ledger(41, 140, 170), Ledger(42, 180, 200), Ledger(70, 200, 300));
        await store.CheckpointAsync();
        (await GapsAsync(store)).ShouldBe(["ledger-hole 170-180"]);
        await store.RetireAsync(February);
        (await GapsAsync(store)).ShouldBe(["ledger-hole 170-180"]);
        (await store.Database.AskAsync<string>("SELECT string_agg(from_offset || '-' || to_offset, ' ' ORDER BY from_offset) FROM audit.tombstone_ledger")).ShouldBe("100-170 180-200");
    }

    // Its first ledger that is left has not the topic's first record, and nothing was said of what was missing before it.
    [PostgresFact]
    public async Task The_account_of_a_partition_to_which_few_records_come_begins_in_the_retired_range()
    {
        await using var store = await MakeAsync();
        AuditRow Row(int number, string operation, string body) => RetireDatabase.Event(number, 0) with
        {
            Operation = operation, Source = operation == "ledger" ? "app" : "shop", StreamOffset = 2_000 + number, TransactionId = operation == "ledger" ? null : "7",
            Schema = null, Table = null, Key = null, KeyHash = null, EventId = Guid.NewGuid(), Body = System.Text.Encoding.UTF8.GetBytes(body),
        };
        AuditRow Ledger(int number, long from, long to) => Row(number, "ledger", $$$"""
            {"detail":{"consumed":"1","dead_letters":"0","emitted":"1","from":"{{{from}}}","partition":0,"skipped":{},"sub_topology":"normalize","to":"{{{to}}}","topic":"raw"}}
            """.Trim());
        await store.StoreAsync(Ledger(10, 0, 100), Ledger(100, 100, 101),
            Row(70, "insert", """{"origin":{"topic":"raw"},"source":{"incarnation":1},"transaction":{"id":"7","order":1}}""") with { Schema = "public", Table = "t" },
            Row(71, "transaction", """
                {"detail":{"data_collections":[{"data_collection":"public.t","event_count":2}]},"source":{"incarnation":1},"transaction":{"id":"7"}}
                """.Trim()));
        await store.CheckpointAsync();
        Task<string> BeginsAsync() => store.Database.AskAsync<string>("SELECT begins::text FROM audit.account_of('shop', 'public.t', now())");
        (await BeginsAsync()).ShouldBe("-infinity");
        await store.RetireAsync(January);
        (await BeginsAsync()).ShouldBe("-infinity");
        await using var reader = new AuditReader(store.Database.Reader);
        (await reader.GapsAsync(TimeWindow.All, TimeSpan.Zero, None).ToListAsync()).Where(gap => gap.Source == "shop").Select(gap => $"{gap.Subject} {gap.Found} of {gap.Expected}")
            .ShouldBe(["7, table public.t 1 of 2"]);
    }

    private static async Task<IEnumerable<string>> GapsAsync(RetireDatabase store)
    {
        await using var reader = new AuditReader(store.Database.Reader);
        return (await reader.GapsAsync(TimeWindow.All, TimeSpan.FromHours(1), None).ToListAsync()).Select(gap => $"{gap.Kind} {gap.FromOffset}-{gap.ToOffset}");
    }

    private async Task<RetireDatabase> MakeAsync()
    {
        var store = await RetireDatabase.MakeAsync(server);
        await store.KeepAsync("30 days");
        return store;
    }

    private static IEnumerable<string> Lines(string path)
    {
        using var file = File.OpenRead(path);
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    private static async Task WholeAsync(RetireDatabase store, long retiredRows)
    {
        foreach (var isWhole in new[] { true, false })
        {
            var report = await store.VerifyAsync(isWhole);
            report.Damages.ShouldBeEmpty();
            report.RetiredRows.ShouldBe(retiredRows);
        }
        await using var check = new StoreCheck(store.Database.Writer);
        (await check.SelfCheckAsync(None)).ShouldBeEmpty();
    }
}

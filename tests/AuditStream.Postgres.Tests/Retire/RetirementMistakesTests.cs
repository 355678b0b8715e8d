using AuditStream.Core.Chain;
using AuditStream.Postgres.Retire;
using AuditStream.Postgres.Tests.Verify;
using AuditStream.Testing;

namespace AuditStream.Postgres.Tests.Retire;

/// <summary>What somebody could name or change by mistake, and that nothing is lost by it.</summary>
[Collection(PostgresServer.Collection)]
public sealed class RetirementMistakesTests(PostgresServer server)
{
    private const string January = RetireDatabase.January;
    private const string February = RetireDatabase.February;
    private static readonly CancellationToken None = CancellationToken.None;

    [PostgresFact]
    public async Task The_archive_of_one_store_does_not_drop_the_range_of_another()
    {
        await using var store = await MakeAsync();
        await using var other = await MakeAsync();
        await using var retirement = new Retirement(store.Database.Reader, other.Owner, "shop", store.Signer, trusted: [], TimeProvider.System);
        var archived = await retirement.ArchiveAsync(await store.RangeAsync(January), store.FolderOf(January), progress: null, None);
        await RefusedAsync(() => retirement.DropAsync(archived, "ann", "r", None), "name two stores");
        (await other.Database.AskAsync<long>($"SELECT count(*) FROM audit.{January}")).ShouldBe(50);
        // A copy of the store that went its own way: it began when the other did.
        var began = await store.Database.AskAsync<DateTime>("SELECT began_at FROM audit.chain_origin");
        await other.TamperAsync("audit.chain_origin", $"UPDATE audit.chain_origin SET began_at = '{began:O}'");
        await RefusedAsync(() => retirement.DropAsync(archived, "ann", "r", None), "name two stores");
    }

    [PostgresFact]
    public async Task A_partition_that_has_another_range_than_the_register_says_is_kept()
    {
        await using var store = await MakeAsync();
        // Two months put into one table by hand.
        await store.Database.ExecuteAsync($"ALTER TABLE audit.event DETACH PARTITION audit.{January}; ALTER TABLE audit.event DETACH PARTITION audit.{February}; "
            + $"INSERT INTO audit.{January} SELECT * FROM audit.{February}; "
            + $"ALTER TABLE audit.event ATTACH PARTITION audit.{January} FOR VALUES FROM ('2024-01-01Z') TO ('2024-03-01Z')");
        (await store.RefusalAsync(January)).ShouldStartWith($"{January} is not retired: its partition is not one of audit.event with the range that audit.partition says.");
        (await store.Database.AskAsync<long>($"SELECT count(*) FROM audit.{January}")).ShouldBe(110);
    }

    [PostgresFact]
    public async Task An_archive_of_another_store_is_not_written_over()
    {
        await using var store = await MakeAsync();
        await using var other = await MakeAsync();
        var folder = store.FolderOf(January);
        await using var later = other.NewRetirement();
        var range = await other.RangeAsync(January);
        await using (var first = store.NewRetirement())
        {
            var archived = await first.ArchiveAsync(await store.RangeAsync(January), folder, progress: null, None);
            await RefusedAsync(() => later.ArchiveAsync(range, folder, progress: null, None), "Another process writes archives into");
            await first.DropAsync(archived, "ann", "r", None);
        }
        File.Delete(folder.Tombstone); // the run ended just before it
        await RefusedAsync(() => later.ArchiveAsync(range, folder, progress: null, None), "holds an archive of another store");
        await using var mend = store.NewRetirement();
        (await mend.MendAsync(store.Archives, None)).ShouldBe([January]);
        (await store.CheckAsync(January, withStore: true)).Problem.ShouldBeNull();
    }

    [PostgresFact]
    public async Task The_archive_of_a_range_that_is_retired_is_not_written_over_by_who_does_not_know_it_yet()
    {
        await using var store = await MakeAsync();
        var range = await store.RangeAsync(January);
        await store.RetireAsync(January);
        File.Delete(store.FolderOf(January).Tombstone);
        await using var retirement = store.NewRetirement();
        await RefusedAsync(() => retirement.ArchiveAsync(range, store.FolderOf(January), progress: null, None), $"{January} is retired already.");
        (await retirement.MendAsync(store.Archives, None)).ShouldBe([January]);
        (await store.CheckAsync(January, withStore: true)).Problem.ShouldBeNull();
    }

    [PostgresFact]
    public async Task A_range_whose_archive_went_away_is_kept()
    {
        await using var store = await MakeAsync();
        await using var retirement = store.NewRetirement();
        var archived = await retirement.ArchiveAsync(await store.RangeAsync(January), store.FolderOf(January), progress: null, None);
        File.Delete(store.FolderOf(January).Events);
        await RefusedAsync(() => retirement.DropAsync(archived, "ann", "r", None), "is not there any more as it was written");
        (await store.Database.AskAsync<long>($"SELECT count(*) FROM audit.{January}")).ShouldBe(50);
    }

    [PostgresFact]
    public async Task That_a_tombstone_cannot_be_put_beside_its_archive_is_said()
    {
        await using var store = await MakeAsync();
        _ = Directory.CreateDirectory(store.FolderOf(January).Tombstone);
        (await Should.ThrowAsync<TombstoneFileException>(() => store.RetireAsync(January))).Message
            .ShouldStartWith($"{January} is retired, and its tombstone cannot be put beside the archive in ");
        (await store.Database.AskAsync<string>("SELECT name FROM audit.tombstone")).ShouldBe(January);
    }

    [PostgresFact]
    public async Task Columns_that_were_changed_together_with_the_list_of_their_block_keep_the_range()
    {
        await using var store = await MakeAsync();
        var row = RetireDatabase.Event(8, 0);
        var columns = new byte[LeafHash.ColumnsBytes];
        var forged = Enumerable.Repeat((byte)7, MerkleTree.HashBytes).ToArray();
        LeafHash.WriteColumns(row.StreamOffset, row.FactScheme, forged, row.EventUid, columns);
        await store.TamperAsync($"audit.{January}", $"UPDATE audit.{January} SET fact_hash = '\\x{Convert.ToHexString(forged)}' WHERE shard = 0 AND stream_offset = 8");
        // The fourth of the block: its check is the last eight bytes of its entry.
        await store.TamperAsync("audit.block", $"UPDATE audit.block SET leaves = overlay(leaves PLACING '\\x{LeafHash.CheckOfColumns(columns):x16}' FROM {(4 * LeafEntry.Bytes) - 7}) "
            + "WHERE shard = 0 AND number = 1");
        (await store.RefusalAsync(January)).ShouldBe(
            "Shard 0, block 1: offsets or fact hashes of its events are not the ones that were stored. Run auditstream verify --all.");
    }

    [PostgresFact]
    public async Task A_tombstone_that_was_written_in_part_is_written_anew_and_one_that_was_changed_is_not()
    {
        await using var store = await MakeAsync();
        await store.RetireAsync(January);
        var path = store.FolderOf(January).Tombstone;
        var note = await File.ReadAllTextAsync(path);
        await using var retirement = store.NewRetirement();
        foreach (var part in new[] { "", note[..100] })
        {
            await File.WriteAllTextAsync(path, part); // the disk was full
            (await retirement.MendAsync(store.Archives, None)).ShouldBe([January]);
            (await File.ReadAllTextAsync(path)).ShouldBe(note);
        }
        await File.WriteAllTextAsync(path, note.Replace("\nann\n", "\nbob\n", StringComparison.Ordinal));
        (await retirement.MendAsync(store.Archives, None)).ShouldBeEmpty();
        (await store.CheckAsync(January)).Problem.ShouldBe("The tombstone has no valid signature of a trusted key.");
    }

    [PostgresFact]
    public async Task No_tombstone_is_signed_with_a_key_that_who_retires_does_not_trust()
    {
        await using var store = await MakeAsync();
        await using var retirement = new Retirement(store.Database.Reader, store.Owner, "shop", new TestSigner(), [store.Signer.PublicKey], TimeProvider.System);
        var range = await store.RangeAsync(January);
        await RefusedAsync(() => retirement.ArchiveAsync(range, store.FolderOf(January), progress: null, None), "the key that would sign its tombstone is none of those that are trusted");
        Directory.Exists(store.FolderOf(January).Path).ShouldBeFalse();
    }

    private static async Task RefusedAsync(Func<Task> work, string why) => (await Should.ThrowAsync<RetirementException>(work)).Message.ShouldContain(why);

    private async Task<RetireDatabase> MakeAsync()
    {
        var store = await RetireDatabase.MakeAsync(server);
        await store.KeepAsync("30 days");
        return store;
    }
}

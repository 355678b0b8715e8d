using System.IO.Compression;
using System.Text;
using AuditStream.Core.Archive;
using AuditStream.Core.Chain;
using AuditStream.Postgres.Tests.Verify;
using AuditStream.Testing;

namespace AuditStream.Postgres.Tests.Retire;

/// <summary>What somebody could do to tombstones and archives, and what is said of it. docs/PROOFS.md has the same list for people.</summary>
[Collection(PostgresServer.Collection)]
public sealed class RetirementDrillTests(PostgresServer server)
{
    private const string January = RetireDatabase.January;
    private const string February = RetireDatabase.February;

    [PostgresFact]
    public async Task What_is_done_to_tombstones_and_what_they_stand_for_is_found()
    {
        await using var store = await RetireDatabase.MakeAsync(server);
        await store.KeepAsync("30 days");
        await store.RetireAsync(January);
        await store.Database.ExecuteAsync("CREATE SCHEMA kept; CREATE TABLE kept.tombstone AS TABLE audit.tombstone; CREATE TABLE kept.tombstone_part AS TABLE audit.tombstone_part; "
            + "CREATE TABLE kept.block AS TABLE audit.block");
        // Each way, and what verify says. The tables are put back after it.
        (string Table, string Sql, string Found)[] ways =
        [
            ("tombstone", "UPDATE audit.tombstone SET row_count = 49", $"The tombstone of {January}: its columns are not what its note says."),
            ("tombstone", "UPDATE audit.tombstone SET note = replace(note, E'\\nann\\n', E'\\nbob\\n')", $"The tombstone of {January}: its note has no valid signature of a trusted key."),
            ("tombstone", "UPDATE audit.tombstone SET note = 'gone'", $"The tombstone of {January}: its note cannot be read."),
            ("tombstone_part", "UPDATE audit.tombstone_part SET offsets = offsets || int8send(31) WHERE shard = 1",
                $"The tombstone of {January}: its rows of audit.tombstone_part are not those that were signed."),
            ("block", "UPDATE audit.block SET leaves = set_byte(leaves, 20, 1 + get_byte(leaves, 20) % 200) WHERE shard = 0 AND number = 1",
                "Its events are retired, and the list of leaves that stands for them does not give its root."),
        ];
        foreach (var (table, sql, found) in ways)
        {
            await store.TamperAsync($"audit.{table}", sql);
            (await store.VerifyAsync()).Damages.ShouldContain(damage => damage.Detail == found, sql);
            await store.TamperAsync($"audit.{table}", $"DELETE FROM audit.{table}; INSERT INTO audit.{table} SELECT * FROM kept.{table}");
            (await store.VerifyAsync()).Damages.ShouldBeEmpty(sql);
        }
    }

    [PostgresFact]
    public async Task A_range_that_is_gone_without_a_tombstone_and_rows_that_went_under_cover_of_one_are_found()
    {
        await using var store = await RetireDatabase.MakeAsync(server);
        await store.KeepAsync("30 days");
        await store.RetireAsync(January);
        // Of a block that a retired range has a part of, an event of the other part.
        await store.TamperAsync($"audit.{February}", $"DELETE FROM audit.{February} WHERE shard = 1 AND stream_offset = 31");
        (await store.VerifyAsync()).Damages.Select(damage => (damage.Kind, damage.Shard, damage.Block, damage.StreamOffset))
            .ShouldBe([(DamageKind.RowMissing, 1, 3L, 31L)]);
        // By hand: register and table, as an owner would who has not the key.
        await store.Database.ExecuteAsync("UPDATE audit.partition SET retired_at = now() WHERE name = 'event_20240301'; ALTER TABLE audit.event DETACH PARTITION audit.event_20240301; "
            + "DROP TABLE audit.event_20240301");
        var damages = (await store.VerifyAsync()).Damages;
        damages.ShouldContain(damage => damage.Kind == DamageKind.TombstoneMissing && damage.Detail.StartsWith("audit.partition says that event_20240301 is retired", StringComparison.Ordinal));
        damages.Count(damage => damage.Kind == DamageKind.RowMissing).ShouldBe(61);
        await using (var check = new StoreCheck(store.Database.Writer))
            (await check.SelfCheckAsync(CancellationToken.None)).Select(problem => problem.ToString()).ShouldBe(
                [new StoreProblem("audit.event_20240301", "audit.partition says that it is retired, and there is no tombstone of it").ToString()]);
        // A tombstone of his own, signed with his own key.
        var (forger, now) = (new TestSigner(), new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds());
        var kept = Tombstone.Parse(SignedNote.Parse(await File.ReadAllTextAsync(store.FolderOf(January).Tombstone)).ShouldNotBeNull().Text).ShouldNotBeNull();
        var forged = kept with
        {
            Partition = "event_20240301",
            From = new DateTimeOffset(2024, 3, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(),
            To = new DateTimeOffset(2024, 4, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(),
            RetiredAtMicroseconds = now * 1_000,
        };
        var note = SignedNote.Sign(forged.Text(), "shop", forger).Replace("'", "''", StringComparison.Ordinal);
        await store.Database.ExecuteAsync("INSERT INTO audit.tombstone VALUES ('2024-03-01Z', '2024-04-01Z', 'event_20240301', 50, 0, '2026-01-01Z', 'x', '" + note + "')");
        (await store.VerifyAsync()).Damages.ShouldContain(
            damage => damage.Kind == DamageKind.TombstoneInvalid && damage.Detail == "The tombstone of event_20240301: its note has no valid signature of a trusted key.");
    }

    [PostgresFact]
    public async Task What_is_done_to_an_archive_is_found()
    {
        await using var store = await RetireDatabase.MakeAsync(server);
        await store.KeepAsync("30 days");
        await store.RetireAsync(January);
        var folder = store.FolderOf(January);
        var kept = Directory.GetFiles(folder.Path).ToDictionary(path => path, File.ReadAllBytes);
        var manifest = await File.ReadAllTextAsync(folder.Manifest);
        var edited = Edited(kept[folder.Events], text => text.Replace("\"amount\":\"7\"", "\"amount\":\"8\"", StringComparison.Ordinal));
        (string Path, byte[] Bytes, string Found)[] ways =
        [
            (folder.Events, edited, "The file of events is not the one that the manifest names: it was changed."),
            (folder.Events, kept[folder.Events][..^20], "The file of events is not the one that the manifest names: it was changed."),
            (folder.Manifest, Bytes(manifest.Replace("\"rows\": 50", "\"rows\": 49", StringComparison.Ordinal)), "The manifest is not the one that the tombstone names: it was changed."),
            (folder.Manifest, Bytes("{}"), "The manifest is no auditstream-archive/1."),
            (folder.Tombstone, Bytes(Encoding.UTF8.GetString(kept[folder.Tombstone]).Replace("\nann\n", "\nbob\n", StringComparison.Ordinal)),
                "The tombstone has no valid signature of a trusted key."),
            (folder.Tombstone, Bytes("gone"), "The tombstone is no auditstream-tombstone/1."),
        ];
        foreach (var (path, bytes, found) in ways)
        {
            await File.WriteAllBytesAsync(path, bytes);
            (await store.CheckAsync(January)).Problem.ShouldBe(found);
            await File.WriteAllBytesAsync(path, kept[path]);
            (await store.CheckAsync(January)).Problem.ShouldBeNull();
        }
        // All of it edited and signed anew, with another key: found by who knows the key, and by who asks the store.
        var forger = new TestSigner();
        await File.WriteAllBytesAsync(folder.Events, edited);
        var parsed = ArchiveManifest.Parse(manifest).ShouldNotBeNull();
        using var sums = new ArchiveSums();
        foreach (var row in Postgres.Retire.ArchiveReader.Read(folder.Events))
        {
            var leaf = new byte[MerkleTree.HashBytes];
            new LeafHash().OfEvent(row.Body.Span, leaf);
            sums.Add(row.Shard, row.Block, row.StreamOffset, leaf);
        }
        var text = (parsed with
        {
            EventsHash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(edited)), EventsBytes = edited.Length,
            RowsHash = Convert.ToHexStringLower(sums.RowsHash()), PublicKey = forger.PublicKey,
        }).ToJson();
        await File.WriteAllTextAsync(folder.Manifest, text);
        var tombstone = Tombstone.Parse(SignedNote.Parse(Encoding.UTF8.GetString(kept[folder.Tombstone])).ShouldNotBeNull().Text).ShouldNotBeNull() with
        {
            RowsHash = sums.RowsHash(), ManifestHash = System.Security.Cryptography.SHA256.HashData(Bytes(text)),
        };
        await File.WriteAllTextAsync(folder.Tombstone, SignedNote.Sign(tombstone.Text(), "shop", forger));
        (await store.CheckAsync(January)).Problem.ShouldBe("The tombstone has no valid signature of a trusted key.");
        // docs/PROOFS.md: name the key.
        (await Postgres.Retire.ArchiveCheck.RunAsync(folder.Path, [], store: null, CancellationToken.None)).Problem.ShouldBeNull();
        (await Postgres.Retire.ArchiveCheck.RunAsync(folder.Path, [], store.Database.Reader, CancellationToken.None)).Problem
            .ShouldBe("The store has another tombstone of this range.");
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Edited(byte[] compressed, Func<string, string> edit)
    {
        using var reader = new StreamReader(new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress));
        var before = reader.ReadToEnd();
        var after = edit(before);
        after.ShouldNotBe(before);
        using var made = new MemoryStream();
        using (var writer = new GZipStream(made, CompressionLevel.Optimal))
            writer.Write(Bytes(after));
        return made.ToArray();
    }
}

using AuditStream.App.Configuration;
using AuditStream.App.Hosting;
using AuditStream.App.Identity;
using AuditStream.App.Tests.CommandLine;
using AuditStream.App.Tests.Store;
using AuditStream.Core.Chain;
using AuditStream.Core.Sink;
using AuditStream.Postgres;
using AuditStream.Postgres.Verify;
using AuditStream.Streams;
using AuditStream.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.App.Tests.Hosting;

public sealed class CheckpointServiceTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder folder = new("checkpoints");
    private readonly CheckpointClients clients = new();
    private readonly AuditStreamOptions options = new();
    private int events;

    public void Dispose() => folder.Dispose();

    [PostgresFact]
    public async Task Each_checkpoint_goes_to_the_table_the_topic_and_the_folder_and_nothing_new_makes_none()
    {
        await MigrateAsync();
        options.Checkpoint.Folder = folder.At("notes");
        using var service = Service();
        await service.MakeAsync(None);
        clients.Taken.ShouldBeEmpty("a store without blocks has nothing to cover");
        await StoreAsync();
        await service.MakeAsync(None);
        await service.MakeAsync(None);
        await StoreAsync();
        await service.StopAsync(None);
        clients.Taken.Select(taken => taken.Number).ShouldBe(["1", "2"]);
        var stored = await PostgresFixture.ScalarAsync(options.Postgres.ConnectionString, "SELECT array_agg(note ORDER BY number) FROM audit.checkpoint");
        stored.ShouldBe(clients.Taken.Select(taken => taken.Note).ToArray());
        Directory.GetFiles(folder.At("notes")).Order(StringComparer.Ordinal).Select(File.ReadAllText).ShouldBe(clients.Taken.Select(taken => taken.Note));
        HeadOf(clients.Taken[1].Note).ShouldBe(2);
    }

    [PostgresFact]
    public async Task Brokers_that_are_away_hold_up_neither_store_nor_folder_and_get_the_rest_later()
    {
        await MigrateAsync();
        options.Checkpoint.Folder = folder.At("notes");
        clients.IsAway = true;
        using var service = Service();
        for (var round = 0; round < 3; round++)
        {
            await StoreAsync();
            await service.MakeAsync(None);
        }
        Directory.GetFiles(folder.At("notes")).Length.ShouldBe(3);
        clients.Taken.ShouldBeEmpty();
        clients.IsAway = false;
        await service.MakeAsync(None);
        clients.Taken.Select(taken => taken.Number).ShouldBe(["1", "2", "3"]);
    }

    [PostgresFact]
    public async Task The_newest_checkpoint_is_passed_on_again_by_the_next_process()
    {
        await MigrateAsync();
        clients.IsAway = true;
        using (var killed = Service())
        {
            await StoreAsync();
            await killed.MakeAsync(None);
        }
        clients.IsAway = false;
        using var next = Service();
        await next.MakeAsync(None);
        await next.MakeAsync(None);
        clients.Taken.ShouldHaveSingleItem().Number.ShouldBe("1");
    }

    [PostgresFact]
    public async Task A_new_key_signs_what_comes_and_the_old_one_still_vouches_for_what_was()
    {
        await MigrateAsync();
        using var service = Service();
        await StoreAsync();
        await service.MakeAsync(None);
        var old = CheckpointKeyFile.PublicKeyOf(KeyFile);
        File.Move(KeyFile, folder.At("old.key"));
        await MigrateAsync();
        var current = CheckpointKeyFile.PublicKeyOf(KeyFile);
        current.ShouldNotBe(old);
        await StoreAsync();
        await service.MakeAsync(None); // without a restart
        clients.Taken.Select(taken => SignedNote.Parse(taken.Note).ShouldNotBeNull().IsSignedBy(current)).ShouldBe([false, true]);
        (await DamagesAsync(old, current)).ShouldBeEmpty();
        (await DamagesAsync()).ShouldBeEmpty();
        (await DamagesAsync(current)).ShouldBe(["CheckpointInvalid Checkpoint 1 has no valid signature of a trusted key."]);
        (await DamagesAsync(old)).ShouldBe(["CheckpointInvalid Checkpoint 2 has no valid signature of a trusted key."]);
    }

    [PostgresFact]
    public async Task A_lost_key_ends_checkpoints_until_there_is_another_and_nothing_else()
    {
        await MigrateAsync();
        using var service = Service();
        await StoreAsync();
        await service.MakeAsync(None);
        var lost = CheckpointKeyFile.PublicKeyOf(KeyFile);
        File.Delete(KeyFile);
        await StoreAsync();
        await service.MakeAsync(None);
        clients.Taken.Count.ShouldBe(1);
        (await DamagesAsync(lost)).ShouldBeEmpty();
        await MigrateAsync();
        await service.MakeAsync(None);
        clients.Taken.Select(taken => taken.Number).ShouldBe(["1", "2"]);
        HeadOf(clients.Taken[1].Note).ShouldBe(2, "it covers what was stored while there was no key");
        (await DamagesAsync(lost, CheckpointKeyFile.PublicKeyOf(KeyFile))).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task A_file_that_holds_no_key_is_told_and_events_go_on()
    {
        await MigrateAsync();
        await StoreAsync();
        await File.WriteAllTextAsync(KeyFile, "-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n");
        using var service = Service();
        await service.MakeAsync(None);
        await StoreAsync();
        clients.Taken.ShouldBeEmpty();
        (await DamagesAsync()).ShouldBeEmpty();
    }

    private string KeyFile => folder.At("checkpoint.key");

    private async Task MigrateAsync()
    {
        if (options.Checkpoint.KeyFile is null)
        {
            options.Checkpoint.KeyFile = KeyFile;
            options.Postgres.ConnectionString = await postgres.NewDatabaseAsync();
        }
        var run = await CommandLineRun.OfAsync("migrate", "--set", $"Postgres:ConnectionString={options.Postgres.ConnectionString}",
            "--set", $"Identity:KeyFile={folder.At("identity.key")}", "--set", $"Checkpoint:KeyFile={KeyFile}");
        run.Code.ShouldBe(0, run.Error);
    }

    private CheckpointService Service()
    {
        var settings = EdgeSettings.Streams(options);
        var topic = new CheckpointTopic(settings, clients, options.Checkpoint.Topic, NullLogger<CheckpointTopic>.Instance);
        return new CheckpointService(options, topic, TimeProvider.System, NullLogger<CheckpointService>.Instance);
    }

    /// <summary>Stores one event, which makes one block.</summary>
    private async Task StoreAsync()
    {
        await using var services = new ServiceCollection().AddMetrics().AddSingleton<StoreMetrics>().BuildServiceProvider();
        await using var store = new PostgresAuditStore(EdgeSettings.Writer(options), "audit.events", services.GetRequiredService<StoreMetrics>(), TimeProvider.System,
            NullLogger<PostgresAuditStore>.Instance);
        var batch = new StoreBatch();
        batch.Events.Add(ChainedEvents.Row(++events));
        (await store.WriteAsync(batch, None)).Inserted.ShouldBe(1);
    }

    private async Task<IEnumerable<string>> DamagesAsync(params byte[][] keys)
    {
        await using var verifier = new ChainVerifier(EdgeSettings.Reader(options));
        var report = await verifier.RunAsync(new VerifyRequest { LooksForStrays = true, TrustedKeys = keys }, progress: null, None);
        return report.Damages.Select(damage => $"{damage.Kind} {damage.Detail}");
    }

    private static long HeadOf(string note) =>
        Checkpoint.Parse(SignedNote.Parse(note).ShouldNotBeNull().Text).ShouldNotBeNull().Heads.ShouldHaveSingleItem().Number;
}

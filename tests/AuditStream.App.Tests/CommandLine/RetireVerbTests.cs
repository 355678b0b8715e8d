using System.Text;
using System.Text.Json.Nodes;
using AuditStream.App.CommandLine;
using AuditStream.App.Identity;
using AuditStream.Core.Identity;
using AuditStream.Core.Sink;
using AuditStream.Postgres;
using AuditStream.Streams.Embedded;
using AuditStream.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.App.Tests.CommandLine;

/// <summary>The verbs of retention, on a store with an event of one old month and none of any other.</summary>
public sealed class RetireVerbTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private const string Partition = "event_20200301";
    private readonly TemporaryFolder folder = new("retire-verb");

    [PostgresFact]
    public async Task A_range_is_shown_asked_for_archived_and_dropped()
    {
        var store = await FilledAsync();
        var archives = folder.At("archives");
        var dry = await RunAsync(store, "retire", "--dry-run");
        dry.Code.ShouldBe(ExitCode.Done, dry.Error);
        dry.Output.ShouldMatch($@"^{Partition}  2020-03-01 00:00Z to 2020-04-01 00:00Z  \d+\.\d MB  to be archived and dropped\s*$");
        // Nobody can be asked here, and nobody said yes.
        var asked = await RunAsync(store, "retire", "--archive", archives);
        asked.Code.ShouldBe(ExitCode.Usage);
        asked.Error.ShouldContain("--yes");
        (await RowsAsync(store)).ShouldBe(1);
        // Not covered by a checkpoint: nothing was named, and yet it is a failure.
        var early = await RunAsync(store, "retire", "--archive", archives, "--yes", "--without-note");
        early.Code.ShouldBe(ExitCode.FoundWrong);
        early.Output.ShouldContain("is not anchored");
        await CheckpointAsync(store);
        var done = await RunAsync(store, "retire", "--archive", archives, "--yes", "--without-note", "--json");
        done.Code.ShouldBe(ExitCode.Done, done.Error);
        var range = JsonNode.Parse(done.Output).ShouldNotBeNull()["ranges"].ShouldNotBeNull().AsArray().ShouldHaveSingleItem().ShouldNotBeNull();
        ((string?)range["partition"], (string?)range["outcome"], (long?)range["events"]).ShouldBe((Partition, "retired", 1));
        (await RowsAsync(store)).ShouldBe(0);
        var id = EventIdentity.IdOf(new DateTimeOffset(2020, 3, 31, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), new byte[32]).ToString();
        (await RunAsync(store, "verify", "--row", id)).Output.ShouldStartWith($"There is no such event. Events of its time are retired ({Partition})");
        (await RunAsync(store, "prove", id, "--archive", archives)).Code.ShouldBe(ExitCode.Done);
        (await RunAsync(store, "prove", id, "--archive", folder.At("nothing"))).Code.ShouldBe(ExitCode.Usage);
        (await RunAsync(store, "verify", "--all", "--state", folder.At("state.json"))).Output.ShouldContain("1 of the events are of retired ranges");
        var none = await RunAsync(store, "retire", "--dry-run");
        none.Code.ShouldBe(ExitCode.Done);
        none.Output.ShouldContain("nothing is to be retired");
        // The archive by itself, and against the store; edited, it is said.
        foreach (var arguments in new string[][] { [archives], [Path.Combine(archives, Partition), "--with-store"] })
        {
            var check = await RunAsync(store, ["verify-archive", .. arguments]);
            check.Code.ShouldBe(ExitCode.Done, check.Output + check.Error);
            check.Output.ShouldContain($"{Partition}: 1 events, whole, signed with the key ");
        }
        await File.AppendAllTextAsync(Path.Combine(archives, Partition, "manifest.json"), " ");
        (await RunAsync(store, "verify-archive", archives)).Code.ShouldBe(ExitCode.FoundWrong);
        (await RunAsync(store, "verify-archive", folder.At("nothing"))).Code.ShouldBe(ExitCode.Usage);
    }

    [PostgresFact]
    public async Task A_hold_keeps_a_range_until_it_is_released()
    {
        var store = await FilledAsync();
        await CheckpointAsync(store);
        (await RunAsync(store, "hold", "list")).Output.ShouldBe("There is no hold." + Environment.NewLine);
        (await RunAsync(store, "hold", "add", "case 7", "--from", "2020-03-31", "--reason", "a lawsuit", "--without-note")).Code.ShouldBe(ExitCode.Done);
        (await RunAsync(store, "hold", "add", "case 7", "--reason", "again", "--without-note")).Code.ShouldBe(ExitCode.FoundWrong);
        var held = await RunAsync(store, "retire", "--archive", folder.At("a"), "--yes", "--without-note");
        held.Code.ShouldBe(ExitCode.Done, held.Error); // of what nobody named
        held.Output.ShouldContain("kept: it is under the legal hold case 7");
        (await RunAsync(store, "retire", "--archive", folder.At("a"), "--yes", "--without-note", "--range", Partition)).Code.ShouldBe(ExitCode.FoundWrong);
        (await RunAsync(store, "retire", "--dry-run", "--range", "event_19990101")).Code.ShouldBe(ExitCode.Usage);
        (await RunAsync(store, "hold", "release", "case 7", "--reason", "settled", "--without-note")).Code.ShouldBe(ExitCode.Done);
        (await RunAsync(store, "hold", "release", "case 7", "--reason", "settled", "--without-note")).Code.ShouldBe(ExitCode.FoundWrong);
        var list = await RunAsync(store, "hold", "list", "--json");
        ((string?)JsonNode.Parse(list.Output).ShouldNotBeNull()["holds"].ShouldNotBeNull()[0].ShouldNotBeNull()["release_reason"]).ShouldBe("settled");
        (await RunAsync(store, "retire", "--archive", folder.At("a"), "--yes", "--without-note", "--before", "2020-04-01")).Code.ShouldBe(ExitCode.Done);
        (await RowsAsync(store)).ShouldBe(0);
    }

    [PostgresFact]
    public async Task A_range_that_is_dropped_is_not_said_to_be_kept_when_its_tombstone_cannot_be_put_beside_the_archive()
    {
        var store = await FilledAsync();
        await CheckpointAsync(store);
        var tombstone = Directory.CreateDirectory(Path.Combine(folder.At("a"), Partition, "tombstone.note"));
        string[] retire = ["retire", "--archive", folder.At("a"), "--yes", "--without-note"];
        (await RunAsync(store, retire)).ShouldSatisfyAllConditions(
            run => run.Code.ShouldBe(ExitCode.NotReachable, run.Output + run.Error), run => run.Error.ShouldStartWith($"{Partition} is retired, and its tombstone cannot be put beside the archive"));
        (await RowsAsync(store)).ShouldBe(0);
        // Nothing is left to be retired, and still the note cannot be written.
        (await RunAsync(store, retire)).ShouldSatisfyAllConditions(
            run => run.Code.ShouldBe(ExitCode.NotReachable, run.Output + run.Error), run => run.Error.ShouldStartWith("An archive cannot be written or read: "));
        tombstone.Delete();
        (await RunAsync(store, retire)).Code.ShouldBe(ExitCode.Done);
        (await RunAsync(store, "verify-archive", folder.At("a"))).Code.ShouldBe(ExitCode.Done);
    }

    [PostgresFact]
    public async Task What_the_trail_cannot_be_told_of_is_not_done()
    {
        var store = await FilledAsync();
        await CheckpointAsync(store);
        var run = await RunAsync(store, "retire", "--archive", folder.At("a"), "--yes", "--set", "Kafka:BootstrapServers=127.0.0.1:1", "--set", "Kafka:Client:message.timeout.ms=1000");
        run.Code.ShouldBe(ExitCode.NotReachable, run.Output + run.Error);
        run.Error.ShouldContain($"{Partition} is kept: Writing the note retire");
        (await RowsAsync(store)).ShouldBe(1);
    }

    [PostgresFact]
    public async Task The_trail_is_told_of_holds_and_of_what_is_retired()
    {
        var store = await FilledAsync();
        await CheckpointAsync(store);
        using var cluster = new MockCluster();
        _ = cluster.Touch("audit.events");
        string[] kafka = ["--set", $"Kafka:BootstrapServers={cluster.BootstrapServers}"];
        foreach (var arguments in new string[][]
        {
            ["hold", "add", "case 7", "--reason", "a lawsuit"], ["hold", "release", "case 7", "--reason", "settled"],
            ["retire", "--archive", folder.At("a"), "--yes", "--reason", "end of the contract"],
        })
        {
            var run = await RunAsync(store, [.. arguments, .. kafka]);
            run.Code.ShouldBe(ExitCode.Done, run.Output + run.Error);
        }
        // What does not hold is not told to be released.
        (await RunAsync(store, ["hold", "release", "case 7", "--reason", "again", .. kafka])).Code.ShouldBe(ExitCode.FoundWrong);
        var told = TopicReader.ReadAll(cluster.BootstrapServers, "audit.events").Select(record => JsonNode.Parse(record.Value).ShouldNotBeNull())
            .Select(body => body["detail"].ShouldNotBeNull()).OrderBy(detail => (string?)detail["state"] ?? "z").ToList();
        told.Select(detail => ((string?)detail["action"], (string?)detail["hold"], (string?)detail["state"], (string?)detail["partition"], (string?)detail["rows"], (string?)detail["reason"]))
            .ShouldBe([("hold", "case 7", "placed", null, null, "a lawsuit"), ("hold", "case 7", "released", null, null, "settled"), ("retire", null, null, Partition, "1", "end of the contract")]);
        var manifest = await File.ReadAllBytesAsync(Path.Combine(folder.At("a"), Partition, "manifest.json"));
        ((string?)told[2]["manifest_sha256"]).ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(manifest)));
    }

    [Fact]
    public async Task What_cannot_be_meant_is_refused_before_anything_connects()
    {
        (await CommandLineRun.OfAsync("retire")).ShouldSatisfyAllConditions(run => run.Code.ShouldBe(ExitCode.Usage), run => run.Error.ShouldContain("--archive"));
        (await CommandLineRun.OfAsync("retire", "--dry-run", "--before", "2020-01-01", "--range", "x")).Code.ShouldBe(ExitCode.Usage);
        (await CommandLineRun.OfAsync("hold", "add", "x")).Code.ShouldBe(ExitCode.Usage);
        (await CommandLineRun.OfAsync("hold", "add", "x", "--reason", "r", "--from", "2020-02-01", "--to", "2020-01-01")).Code.ShouldBe(ExitCode.Usage);
        (await CommandLineRun.OfAsync("hold", "add", "a\nb", "--reason", "r")).Code.ShouldBe(ExitCode.Usage);
    }

    public void Dispose() => folder.Dispose();

    private async Task<string> FilledAsync()
    {
        var database = await postgres.NewDatabaseAsync();
        var run = await RunAsync(database, "migrate");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        _ = await PostgresFixture.ScalarAsync(database, "UPDATE audit.setting SET value = '1 year' WHERE name = 'retention'");
        await using var services = new ServiceCollection().AddMetrics().AddSingleton<StoreMetrics>().BuildServiceProvider();
        await using var store = new PostgresAuditStore(new PostgresOptions { ConnectionString = database }, "audit.events", services.GetRequiredService<StoreMetrics>(),
            TimeProvider.System, NullLogger<PostgresAuditStore>.Instance);
        var (instant, uid) = (new DateTimeOffset(2020, 3, 31, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), new byte[32]);
        var id = EventIdentity.IdOf(instant, uid);
        var batch = new StoreBatch();
        batch.Events.Add(new AuditRow
        {
            EventId = id, OccurredAtMilliseconds = instant, Operation = "insert", Source = "shop", Schema = null, Table = null, Key = null, KeyHash = null, Changed = null,
            TransactionId = null, Actor = null, SourcePosition = null, FactHash = new byte[32], FactScheme = 1, EventUid = uid, Shard = 0, StreamOffset = 0,
            Body = Encoding.UTF8.GetBytes($$$"""{"event_id":"{{{id}}}","occurred_at":"2020-03-31T12:00:00.000Z","operation":"insert","source":{"name":"shop"}}"""),
        });
        (await store.WriteAsync(batch, CancellationToken.None)).Inserted.ShouldBe(1);
        return database;
    }

    private async Task CheckpointAsync(string database)
    {
        using var key = CheckpointKeyFile.Load(folder.At("auditstream-checkpoint.key"));
        await using var table = new CheckpointTable(new PostgresOptions { ConnectionString = database });
        (await table.MakeAsync("auditstream", key, CancellationToken.None)).ShouldNotBeNull();
    }

    private static async Task<long> RowsAsync(string database) => (long)(await PostgresFixture.ScalarAsync(database, "SELECT count(*) FROM audit.event")).ShouldNotBeNull();

    private Task<CommandLineRun> RunAsync(string database, params string[] arguments) =>
        CommandLineRun.OfAsync([.. arguments, "--set", $"Postgres:ConnectionString={database}", "--set", $"Identity:KeyFile={folder.At("identity.key")}"]);
}

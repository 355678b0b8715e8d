using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using AuditStream.App.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.App.Identity;
using AuditStream.App.Tests.CommandLine;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Normalize;
using AuditStream.Core.Sink;
using AuditStream.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.App.Tests.Proofs;

/// <summary>A migrated store with events that the product's own rooms made of raw records, with blocks and, when asked for, checkpoints.</summary>
internal sealed class ProvenStore : IDisposable
{
    /// <summary>2026-03-01T00:00:00Z: the first event's time; each one is a day after the one before.</summary>
    private const long Start = 1_772_323_200_000;

    private const long StepMilliseconds = 86_400_000;
    private readonly string folder = Directory.CreateTempSubdirectory("auditstream-test-").FullName;
    private readonly AuditStreamOptions options;
    private readonly IdentityKey key;
    private readonly string database;

    private ProvenStore(string database)
    {
        this.database = database;
        Settings = ["--set", $"Postgres:ConnectionString={database}", "--set", $"Identity:KeyFile={Path.Combine(folder, "identity.key")}"];
        options = ConfigurationReader.Read(file: null, [Settings[1], Settings[3], "Roles=sink"]);
        key = new IdentityKey(Enumerable.Range(1, 32).Select(number => (byte)number).ToArray());
    }

    /// <summary>What names the store on a command line.</summary>
    public string[] Settings { get; }

    /// <summary>The ids of the events, in their order.</summary>
    public List<Guid> Ids { get; } = [];

    /// <summary>The notes of all checkpoints that were made.</summary>
    public List<string> Notes { get; } = [];

    public static async Task<ProvenStore> CreateAsync(PostgresFixture postgres)
    {
        var store = new ProvenStore(await postgres.NewDatabaseAsync());
        var run = await CommandLineRun.OfAsync(["migrate", .. store.Settings]);
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        return store;
    }

    /// <summary>A file of its own folder.</summary>
    public string At(string name) => Path.Combine(folder, name);

    /// <summary>Runs a verb on the store.</summary>
    public Task<CommandLineRun> RunAsync(params string[] arguments) => CommandLineRun.OfAsync([.. arguments, .. Settings]);

    /// <summary>Runs <c>verify</c> with a state file of its own.</summary>
    public Task<CommandLineRun> VerifyAsync(params string[] arguments) => RunAsync(["verify", "--state", At("state.json"), .. arguments]);

    /// <summary>Stores further events as one batch, which is a block.</summary>
    public async Task WriteAsync(int count)
    {
        var (normalizer, reader, output) = (new Normalizer(CoreSettings.Normalizer(options, key)), new AuditRowReader(key.Fingerprint), new Rows());
        var batch = new StoreBatch();
        for (var number = 0; number < count; number++)
        {
            var id = Ids.Count + 1;
            normalizer.Process(Record(id), output).Kind.ShouldBe(OutcomeKind.Emitted);
            var row = reader.Read(output.Last(offset: id), out var rejection).ShouldNotBeNull(rejection?.Message);
            Ids.Add(row.EventId);
            batch.Events.Add(row);
        }
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        await using var store = new PostgresAuditStore(EdgeSettings.Writer(options), options.Final.Topic,
            new StoreMetrics(services.GetRequiredService<IMeterFactory>()), TimeProvider.System, NullLogger<PostgresAuditStore>.Instance);
        (await store.WriteAsync(batch, CancellationToken.None)).Inserted.ShouldBe(count);
    }

    /// <summary>Makes a checkpoint with the key that <c>migrate</c> made.</summary>
    public async Task CheckpointAsync()
    {
        using var signer = CheckpointKeyFile.Load(CheckpointKeyFile.PathOf(options));
        await using var table = new CheckpointTable(EdgeSettings.Writer(options));
        Notes.Add((await table.MakeAsync("shop", signer, CancellationToken.None)).ShouldNotBeNull().Note);
    }

    /// <summary>Writes the public key of checkpoints to a file.</summary>
    public string PublicKey()
    {
        var file = At("checkpoint-public.pem");
        File.WriteAllText(file, System.Security.Cryptography.PemEncoding.WriteString("PUBLIC KEY", CheckpointKeyFile.PublicKeyOf(CheckpointKeyFile.PathOf(options))));
        return file;
    }

    /// <summary>Does as the superuser what nobody should, with every trigger switched off.</summary>
    public Task TamperAsync(string sql) => PostgresFixture.ScalarAsync(database, $$"""
        DO $do$ DECLARE target regclass; BEGIN
          FOR target IN SELECT c.oid FROM pg_class c WHERE c.relnamespace = 'audit'::regnamespace AND c.relkind IN ('r', 'p') LOOP
            EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL', target);
          END LOOP;
        END $do$;
        {{sql}}
        """);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static RawRecord Record(int id)
    {
        var (number, instant) = (id.ToString(CultureInfo.InvariantCulture), (Start + ((id - 1) * StepMilliseconds)).ToString(CultureInfo.InvariantCulture));
        var value = $$"""
            {"before":null,"after":{"id":{{number}},"name":"row {{number}}"},"source":{"version":"3.5.0.Final","connector":"postgresql","name":"shop","ts_ms":{{instant}},
            """ + $$"""
            "snapshot":"false","db":"shop","sequence":"[null,\"{{number}}\"]","schema":"public","table":"items","txId":{{number}},"lsn":{{number}},"xmin":null},
            """ + $$"""
            "transaction":null,"op":"c","ts_ms":{{instant}}}
            """;
        return new RawRecord
        {
            Topic = "shop.public.items", Partition = 0, Offset = id - 1, TimestampMilliseconds = Start,
            Key = Encoding.UTF8.GetBytes($$"""{"id":{{number}}}"""), Value = Encoding.UTF8.GetBytes(value), Headers = [],
        };
    }

    /// <summary>The last event, as it comes back from the final topic.</summary>
    private sealed class Rows : IAuditEventOutput
    {
        private byte[] value = [];
        private RecordHeader[] headers = [];

        public void Emit(AuditEvent auditEvent)
        {
            value = auditEvent.Value.ToArray();
            headers = [.. auditEvent.Headers.Select(header => new RecordHeader(header.Name, header.Value.GetValueOrDefault().ToArray()))];
        }

        public RawRecord Last(long offset) => new()
        {
            Topic = "audit.events", Partition = 0, Offset = offset, TimestampMilliseconds = Start, Value = value, Headers = headers,
        };
    }
}

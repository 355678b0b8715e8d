using AuditStream.Core.Sink;
using AuditStream.Demo;
using AuditStream.Postgres.Verify;

namespace AuditStream.Postgres.Tests.Verify;

/// <summary>A store with chains that is put back to what it was before each way to tamper with it.</summary>
public sealed class DrillDatabase(PostgresServer server) : IAsyncLifetime
{
    /// <summary>How many events a block has.</summary>
    public const int BlockRows = 20;

    /// <summary>How many blocks a shard has, but for the one with refused ones.</summary>
    public const int Blocks = 12;

    private readonly AuditDatabase original = new(server);

    public async Task InitializeAsync()
    {
        await original.InitializeAsync();
        if (!ThrowAwayPostgres.IsAvailable)
            return;
        await using (var store = new TestStore(original.Writer))
        {
            for (var block = 0; block < Blocks; block++)
                _ = await store.Store.WriteAsync(ChainEvents.Batch(block * BlockRows, BlockRows, 0, 1), CancellationToken.None);
            var refused = Rows.Batch(ChainEvents.Row(3) with { FactHash = Rows.Hash("other facts"), StreamOffset = 1_000 });
            refused.DeadLetters.Add(Rows.DeadLetter(7, value: [1, 2, 3]) with { Shard = -1 });
            refused.DeadLetters.Add(Rows.DeadLetter(8) with { Shard = -1, TimestampMilliseconds = -1, Key = null });
            (await store.Store.WriteAsync(refused, CancellationToken.None)).ShouldBe(new StoreResult(0, 0, 1, 0, 2));
        }
        await CheckpointAsync();
        await original.ExecuteAsync("CREATE SCHEMA kept; CREATE TABLE kept.event AS TABLE audit.event; CREATE TABLE kept.block AS TABLE audit.block; "
            + "CREATE TABLE kept.chain_head AS TABLE audit.chain_head; CREATE TABLE kept.divergence AS TABLE audit.divergence; "
            + "CREATE TABLE kept.dead_letter AS TABLE audit.dead_letter; CREATE TABLE kept.checkpoint AS TABLE audit.checkpoint; "
            + "CREATE TABLE kept.chain_origin AS TABLE audit.chain_origin");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Puts every table back to what it was before anybody tampered with it, with every trigger of the audit tables switched off.</summary>
    public Task RestoreAsync() => original.ExecuteAsync("""
        DO $$ DECLARE target record; BEGIN
          IF NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = 'audit.event_20260201'::regclass) THEN
            ALTER TABLE audit.event ATTACH PARTITION audit.event_20260201 FOR VALUES FROM ('2026-02-01Z') TO ('2026-03-01Z');
          END IF;
          FOR target IN SELECT c.oid::regclass AS name, c.relname FROM pg_class c WHERE c.relnamespace = 'audit'::regnamespace AND c.relkind IN ('r', 'p') LOOP
            EXECUTE format('ALTER TABLE %s DISABLE TRIGGER ALL', target.name);
          END LOOP;
          FOR target IN SELECT c.oid::regclass AS name, c.relname FROM pg_class c WHERE c.relnamespace = 'audit'::regnamespace AND c.relkind IN ('r', 'p') LOOP
            IF to_regclass('kept.' || target.relname) IS NOT NULL THEN
              EXECUTE format('TRUNCATE %s', target.name);
              EXECUTE format('INSERT INTO %s SELECT * FROM kept.%s', target.name, target.relname);
            END IF;
          END LOOP;
        END $$;
        """);

    /// <summary>Runs SQL as the superuser in the store as it was, with every trigger of the audit tables switched off.</summary>
    public async Task TamperAsync(string sql)
    {
        await RestoreAsync();
        await original.ExecuteAsync(sql);
    }

    public Task<T> AskAsync<T>(string sql) => original.AskAsync<T>(sql);

    public PostgresOptions Reader => original.Reader;

    public PostgresOptions Writer => original.Writer;

    /// <summary>The key of the store's checkpoints.</summary>
    internal TestSigner Signer { get; } = new();

    /// <summary>The notes of all checkpoints that were made, as somebody outside of the database has them.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Makes a checkpoint when there is something new.</summary>
    public async Task<bool> CheckpointAsync()
    {
        await using var table = new CheckpointTable(Writer);
        var made = await table.MakeAsync("drill", Signer, CancellationToken.None);
        if (made is { } checkpoint)
            Notes.Add(checkpoint.Note);
        return made is not null;
    }

    /// <summary>Verifies all of it.</summary>
    /// <param name="knowsCheckpoints">Whether the auditor has copies of the checkpoints and the key.</param>
    public async Task<VerifyReport> VerifyAsync(bool knowsCheckpoints = false)
    {
        await using var verifier = new ChainVerifier(Reader);
        var request = new VerifyRequest
        {
            LooksForStrays = true,
            TrustedKeys = knowsCheckpoints ? [Signer.PublicKey] : [],
            CheckpointCopies = knowsCheckpoints ? Notes.ToAsyncEnumerable() : null,
        };
        return await verifier.RunAsync(request, progress: null, CancellationToken.None);
    }
}

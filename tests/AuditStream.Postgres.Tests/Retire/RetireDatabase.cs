using AuditStream.Core.Sink;
using AuditStream.Demo;
using AuditStream.Postgres.Retire;
using AuditStream.Postgres.Tests.Verify;
using AuditStream.Postgres.Verify;
using AuditStream.Testing;

namespace AuditStream.Postgres.Tests.Retire;

/// <summary>A store of its own with events of four months in two shards, one checkpoint, and a folder for archives.</summary>
internal sealed class RetireDatabase : IAsyncDisposable
{
    public const string January = "event_20240101";
    public const string February = "event_20240201";
    public const int Months = 4;
    public const int EventsPerMonth = 30;

    private readonly AuditDatabase database;
    private readonly TemporaryFolder folder = new("retire");

    private RetireDatabase(AuditDatabase database) => this.database = database;

    public AuditDatabase Database => database;

    public TestSigner Signer { get; } = new();

    public string Archives => folder.Path;

    /// <summary>Events of the months from January 2024 on; each block has ten of each shard, and the last of a month's blocks reaches into the next.</summary>
    public static async Task<RetireDatabase> MakeAsync(PostgresServer server)
    {
        var made = new RetireDatabase(new AuditDatabase(server));
        await made.database.InitializeAsync();
        for (var first = 0; first < Months * EventsPerMonth; first += 10)
            await made.StoreAsync([.. Enumerable.Range(first + 5, 10).SelectMany(number => new[] { Event(number, 0), Event(number, 1) })]);
        await made.CheckpointAsync();
        return made;
    }

    /// <summary>Event n: 30 a month, from 2024-01-01 on.</summary>
    public static AuditRow Event(int number, int shard)
    {
        var instant = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(number / EventsPerMonth).AddHours(1 + (number % EventsPerMonth));
        return ChainEvents.RowAt(number, instant.ToUnixTimeMilliseconds(), shard);
    }

    public async Task StoreAsync(params AuditRow[] rows)
    {
        await using var store = new TestStore(database.Writer);
        (await store.Store.WriteAsync(Rows.Batch(rows), CancellationToken.None)).Inserted.ShouldBe(rows.Length);
    }

    public async Task CheckpointAsync()
    {
        await using var table = new CheckpointTable(database.Writer);
        (await table.MakeAsync("shop", Signer, CancellationToken.None)).ShouldNotBeNull();
    }

    public Retirement NewRetirement() => new(database.Reader, Owner, "shop", Signer, trusted: [], TimeProvider.System);

    public PostgresOptions Owner => new() { ConnectionString = database.Server.Server.ConnectionString(database.Name) };

    public ArchiveFolder FolderOf(string partition) => new(Archives, partition);

    public async Task<RetirableRange> RangeAsync(string partition) =>
        (await Retirement.ListAsync(database.Reader, CancellationToken.None)).First(range => range.Name == partition);

    public async Task<ArchivedRange> ArchiveAsync(string partition)
    {
        await using var retirement = NewRetirement();
        return await retirement.ArchiveAsync(await RangeAsync(partition), FolderOf(partition), progress: null, CancellationToken.None);
    }

    public async Task RetireAsync(string partition)
    {
        await using var retirement = NewRetirement();
        var archived = await retirement.ArchiveAsync(await RangeAsync(partition), FolderOf(partition), progress: null, CancellationToken.None);
        await retirement.DropAsync(archived, "ann", "its time is over", CancellationToken.None);
    }

    /// <summary>Why a partition is not retired.</summary>
    public async Task<string> RefusalAsync(string partition) => (await Should.ThrowAsync<RetirementException>(() => RetireAsync(partition))).Message;

    public Task KeepAsync(string retention) => database.ExecuteAsync($"UPDATE audit.setting SET value = '{retention}' WHERE name = 'retention'");

    public async Task<VerifyReport> VerifyAsync(bool isWhole = true)
    {
        await using var verifier = new ChainVerifier(database.Reader);
        return await verifier.RunAsync(
            new VerifyRequest { LooksForStrays = isWhole, TrustedKeys = [Signer.PublicKey] }, progress: null, CancellationToken.None);
    }

    public Task<ArchiveVerdict> CheckAsync(string partition, bool withStore = false) => ArchiveCheck.RunAsync(
        FolderOf(partition).Path, [Signer.PublicKey], withStore ? database.Reader : null, CancellationToken.None);

    /// <summary>Does something as the superuser, with every trigger of a table switched off meanwhile.</summary>
    public Task TamperAsync(string table, string sql) =>
        database.ExecuteAsync($"ALTER TABLE {table} DISABLE TRIGGER USER; {sql}; ALTER TABLE {table} ENABLE ALWAYS TRIGGER refuse_change_here, "
            + "ENABLE ALWAYS TRIGGER refuse_truncate_here");

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

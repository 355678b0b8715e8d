using AuditStream.App.Configuration;
using AuditStream.App.Health;
using AuditStream.App.Hosting;
using AuditStream.Core.Account;
using AuditStream.Postgres;
using AuditStream.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AuditStream.App.Tests.Hosting;

public sealed class StoreWatchTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [PostgresFact]
    public async Task A_missing_layer_is_an_alarm_and_an_audit_event_once_and_so_is_its_mending()
    {
        var database = await postgres.NewDatabaseAsync();
        await using (var migrator = new Migrator(new PostgresOptions { ConnectionString = database }, NullLogger<Migrator>.Instance))
            _ = await migrator.MigrateAsync(None);
        var login = $"watch_{Guid.NewGuid():N}";
        _ = await PostgresFixture.ScalarAsync(database, $"CREATE ROLE {login} LOGIN PASSWORD 'secret' IN ROLE audit_writer");
        var writer = new NpgsqlConnectionStringBuilder(database) { Username = login, Password = "secret" }.ConnectionString;
        await using var services = new ServiceCollection().AddMetrics().AddSingleton<StoreMetrics>().BuildServiceProvider();
        var notes = new KeptNotes();
        var readiness = new Readiness();
        var options = new AuditStreamOptions();
        options.Postgres.ConnectionString = writer;
        var time = TimeProvider.System;
        using var watch = new StoreWatch(options, new StoreGate(options, readiness, time, NullLogger<StoreGate>.Instance), notes,
            services.GetRequiredService<StoreMetrics>(), readiness, time, NullLogger<StoreWatch>.Instance);
        await using var check = new StoreCheck(EdgeSettings.Writer(options));

        await watch.LookAsync(check, None);
        readiness.Checks.ShouldHaveSingleItem().IsReady.ShouldBeTrue();
        notes.Sent.ShouldBeEmpty();

        _ = await PostgresFixture.ScalarAsync(database, "ALTER TABLE audit.event DISABLE TRIGGER refuse_truncate");
        notes.IsBroken = true;
        await watch.LookAsync(check, None);
        readiness.Checks.ShouldHaveSingleItem().Reason.ShouldNotBeNull().ShouldContain("audit.event: no trigger of its own");
        notes.IsBroken = false; // what could not be written then is written now, and not twice
        await watch.LookAsync(check, None);
        await watch.LookAsync(check, None);
        notes.Sent.ShouldHaveSingleItem().Action.ShouldBe("store-drift");
        notes.Sent[0].Reason.ShouldContain("audit.event: no trigger of its own, enabled always, refuses TRUNCATE");

        _ = await PostgresFixture.ScalarAsync(database, "ALTER TABLE audit.event ENABLE ALWAYS TRIGGER refuse_truncate");
        await watch.LookAsync(check, None);
        readiness.IsReady.ShouldBeTrue();
        notes.Sent.Select(note => note.Action).ShouldBe(["store-drift", "store-drift-mended"]);
    }

    [PostgresFact]
    public async Task A_session_that_is_killed_while_the_store_is_looked_at_ends_neither_the_start_nor_the_watch()
    {
        const string Fingerprint = "0123456789abcdef";
        var database = await postgres.NewDatabaseAsync();
        await using (var migrator = new Migrator(new PostgresOptions { ConnectionString = database }, NullLogger<Migrator>.Instance))
        {
            _ = await migrator.MigrateAsync(None);
            _ = await migrator.EnsureIdentityAsync(Fingerprint, None);
        }
        var login = $"killed_{Guid.NewGuid():N}";
        _ = await PostgresFixture.ScalarAsync(database, $"CREATE ROLE {login} LOGIN PASSWORD 'secret' IN ROLE audit_writer");
        var (notes, readiness, options) = (new KeptNotes(), new Readiness(), new AuditStreamOptions());
        options.Postgres.ConnectionString = new NpgsqlConnectionStringBuilder(database) { Username = login, Password = "secret" }.ConnectionString;
        var gate = new StoreGate(options, readiness, TimeProvider.System, NullLogger<StoreGate>.Instance);
        await using var services = new ServiceCollection().AddMetrics().AddSingleton<StoreMetrics>().BuildServiceProvider();
        using var watch = new StoreWatch(
            options, gate, notes, services.GetRequiredService<StoreMetrics>(), readiness, TimeProvider.System, NullLogger<StoreWatch>.Instance);
        await using var check = new StoreCheck(EdgeSettings.Writer(options));

        // Each is killed where it waits for a table that somebody else has locked; the gate then asks again.
        var passing = await KilledAsync(database, login, "audit.migration", () => gate.PassAsync(Fingerprint, None));
        await passing.WaitAsync(TimeSpan.FromSeconds(60));
        gate.Passed.IsCompletedSuccessfully.ShouldBeTrue();
        await (await KilledAsync(database, login, "audit.partition", () => watch.LookAsync(check, None))).WaitAsync(TimeSpan.FromSeconds(60));
        await (await KilledAsync(database, login, "audit.migration", () => watch.LookAsync(check, None))).WaitAsync(TimeSpan.FromSeconds(60));
        await watch.LookAsync(check, None);
        readiness.IsReady.ShouldBeTrue();
        notes.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_store_that_is_away_is_no_drift()
    {
        await using var services = new ServiceCollection().AddMetrics().AddSingleton<StoreMetrics>().BuildServiceProvider();
        var (notes, readiness, options) = (new KeptNotes(), new Readiness(), new AuditStreamOptions());
        options.Postgres.ConnectionString = "Host=127.0.0.1;Port=1;Username=u;Database=d";
        using var watch = new StoreWatch(options, new StoreGate(options, readiness, TimeProvider.System, NullLogger<StoreGate>.Instance), notes,
            services.GetRequiredService<StoreMetrics>(), readiness, TimeProvider.System, NullLogger<StoreWatch>.Instance);
        await using var check = new StoreCheck(EdgeSettings.Writer(options));
        await watch.LookAsync(check, None);
        readiness.Checks.ShouldBeEmpty();
        notes.Sent.ShouldBeEmpty();
    }

    /// <summary>Begins some work, and kills its session where it waits for a table.</summary>
    private static async Task<Task> KilledAsync(string database, string login, string table, Func<Task> work)
    {
        await using var blocker = new NpgsqlConnection(database + ";Pooling=false");
        await blocker.OpenAsync();
        await using (var begin = new NpgsqlCommand($"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE", blocker))
            _ = await begin.ExecuteNonQueryAsync();
        var working = work();
        await Eventually.HoldsAsync("a waiting session is killed", TimeSpan.FromSeconds(60), async () => (long?)await PostgresFixture.ScalarAsync(
            database, $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '{login}' AND wait_event_type = 'Lock'") > 0);
        return working;
    }

    private sealed class KeptNotes : IAuditNotes
    {
        public List<AuditNote> Sent { get; } = [];

        public bool IsBroken { get; set; }

        public Task SendAsync(AuditNote note, CancellationToken cancellationToken)
        {
            if (IsBroken)
                throw new AuditNoteException("The broker is away.");
            Sent.Add(note);
            return Task.CompletedTask;
        }
    }
}

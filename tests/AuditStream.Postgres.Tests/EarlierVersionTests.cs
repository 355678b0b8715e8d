using AuditStream.Postgres.Verify;
using AuditStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AuditStream.Postgres.Tests;

/// <summary>Migrating what an earlier version made, with rows in it and with its sinks still at work.</summary>
[Collection(PostgresServer.Collection)]
public sealed class EarlierVersionTests(PostgresServer server)
{
    /// <summary>The first version had the files up to here.</summary>
    private const int FirstVersion = 8;
    private const int Chain = 20;
    private static readonly CancellationToken None = CancellationToken.None;

    [PostgresFact]
    public async Task Every_earlier_version_becomes_what_a_new_store_is()
    {
        var all = Numbers();
        var expected = await server.AskAsync<string>(await MakeAsync(all), SchemaText.Sql);
        // As they came after one another; and one that has the chain from before writers were held.
        var last = all.Where(number => number >= FirstVersion && number != all[^1]);
        var versions = last.Select(highest => all.Where(number => number <= highest).ToArray()).ToList();
        versions.Add([.. all.Where(number => number is <= Chain and not 19)]);
        foreach (var version in versions)
        {
            var (database, name) = (await MakeAsync(version), $"001 to {version[^1]:D3}");
            await server.ExecuteAsync(database, Insert(version[^1] < Chain ? "NULL" : "1", 1));
            await using var migrator = NewMigrator(database, Migration.Embedded());
            (await migrator.MigrateAsync(None)).Count.ShouldBe(all.Length - version.Length, name);
            (await server.AskAsync<string>(database, SchemaText.Sql)).ShouldBe(expected, name);
            (await server.AskAsync<long>(database, "SELECT count(*) FROM audit.self_check() WHERE object <> session_user::text")).ShouldBe(0, name);
            (await server.AskAsync<long>(database, "SELECT count(*) FROM audit.event")).ShouldBe(1, name);
        }
    }

    [PostgresFact]
    public async Task Two_migrators_of_an_earlier_version_take_turns()
    {
        var all = Numbers();
        var database = await MakeAsync([.. all.Where(number => number <= FirstVersion)]);
        await using var first = NewMigrator(database, Migration.Embedded());
        await using var second = NewMigrator(database, Migration.Embedded());
        var ran = await Task.WhenAll(first.MigrateAsync(None), second.MigrateAsync(None));
        ran.Select(names => names.Count).Order().ShouldBe([0, all.Count(number => number > FirstVersion)]);
    }

    [PostgresFact]
    public async Task What_sinks_from_before_the_chain_write_during_the_migration_is_counted_or_refused()
    {
        var database = await MakeAsync([.. Numbers().Where(number => number < 19)]);
        await server.ExecuteAsync(database, "SELECT audit.ensure_partition('2026-03-01Z')");
        var connectionString = server.Server.ConnectionString(database);
        await using var open = new NpgsqlConnection(connectionString + ";Pooling=false");
        await open.OpenAsync();
        await using (var begin = new NpgsqlCommand("BEGIN; " + Insert("NULL", 1), open))
            _ = await begin.ExecuteNonQueryAsync();
        await using var migrator = NewMigrator(database, Migration.Embedded());
        var migrating = migrator.MigrateAsync(None);
        await WaitForLocksAsync(database, 1); // it waits for the batch that is open
        var late = AuditDatabase.RefusalAsync(connectionString, Insert("NULL", 2));
        await WaitForLocksAsync(database, 2); // and the next batch waits for it
        await using (var commit = new NpgsqlCommand("COMMIT", open))
            _ = await commit.ExecuteNonQueryAsync();
        (await migrating).ShouldContain("020_chain.sql");
        (await late).ShouldBe("42AU1");
        await using var verifier = new ChainVerifier(new PostgresOptions { ConnectionString = connectionString });
        var report = await verifier.RunAsync(new VerifyRequest { LooksForStrays = true }, progress: null, None);
        report.Damages.ShouldBeEmpty();
        report.UnchainedRows.ShouldBe(1);
    }

    [PostgresFact]
    public async Task A_row_of_no_block_is_refused_by_parent_partition_and_what_stands_beside()
    {
        var database = await MakeAsync(Numbers());
        var connectionString = server.Server.ConnectionString(database);
        await server.ExecuteAsync(database, Insert("1", 1));
        foreach (var sql in new[]
        {
            Insert("NULL", 2), Insert("NULL", 3).Replace("INTO audit.event", "INTO audit.event_20260301", StringComparison.Ordinal),
            "SET session_replication_role = replica; " + Insert("NULL", 4),
            "INSERT INTO audit.dead_letter (stage, topic, topic_partition, topic_offset, reason, message, headers) VALUES ('sink', 't', 0, 1, 'r', 'm', '[]')",
            "INSERT INTO audit.divergence (event_id, occurred_at, shard, stream_offset, fact_scheme, fact_hash, stored_fact_hash, operation, source, body) "
                + "VALUES (gen_random_uuid(), now(), 0, 1, 1, sha256('1'), sha256('2'), 'insert', 's', '{}')",
        })
        {
            (await AuditDatabase.RefusalAsync(connectionString, sql)).ShouldBe("42AU1", sql);
        }
        // A partition that is made later refuses too.
        await server.ExecuteAsync(database, "SELECT audit.ensure_partition('2026-07-01Z')");
        (await AuditDatabase.RefusalAsync(connectionString, Insert("NULL", 5).Replace("'2026-03-01Z'", "'2026-07-02Z'", StringComparison.Ordinal))).ShouldBe("42AU1");
        (await server.AskAsync<long>(database, "SELECT count(*) FROM audit.event")).ShouldBe(1);
    }

    private static int[] Numbers() => [.. Migration.Embedded().Where(migration => migration.RunsOnce).Select(migration => migration.Number)];

    /// <summary>A database with some of the migrations, and the partition of March 2026.</summary>
    private async Task<string> MakeAsync(int[] numbers)
    {
        var database = await server.CreateDatabaseAsync();
        var migrations = Migration.Embedded().Where(migration => !migration.RunsOnce || numbers.Contains(migration.Number)).ToList();
        await using var migrator = NewMigrator(database, migrations);
        (await migrator.MigrateAsync(None)).Count.ShouldBe(numbers.Length);
        return database;
    }

    private Migrator NewMigrator(string database, IReadOnlyList<Migration> migrations) =>
        new(new PostgresOptions { ConnectionString = server.Server.ConnectionString(database) }, migrations, NullLogger<Migrator>.Instance);

    private async Task WaitForLocksAsync(string database, int count)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await server.AskAsync<long>(database, $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}' AND wait_event_type = 'Lock'") < count)
            timeout.Token.ThrowIfCancellationRequested();
    }

    private static string Insert(string block, int offset) =>
        "DO $$ BEGIN PERFORM audit.ensure_partition('2026-03-01Z'); END $$; "
        + "INSERT INTO audit.event (occurred_at, stream_offset, block, event_id, shard, fact_scheme, operation, source, fact_hash, event_uid, body) "
        + $"VALUES ('2026-03-01Z', {offset}, {block}, gen_random_uuid(), 0, 1, 'insert', 's', sha256('1'), sha256('2'), '{{}}')";
}

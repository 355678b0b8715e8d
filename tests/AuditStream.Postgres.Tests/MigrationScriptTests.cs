using AuditStream.Core.Sink;
using AuditStream.Demo;
using AuditStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.Postgres.Tests;

/// <summary>The SQL as people apply it themselves: by psql, as a script.</summary>
[Collection(PostgresServer.Collection)]
public sealed class MigrationScriptTests(PostgresServer server) : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan within = TimeSpan.FromSeconds(120);

    private readonly string _folder = Directory.CreateTempSubdirectory("auditstream-test-").FullName;

    [PostgresFact]
    public async Task The_script_makes_what_the_migrator_makes_and_a_second_time_nothing()
    {
        var (byMigrator, byScript) = (await server.CreateDatabaseAsync(), await server.CreateDatabaseAsync());
        await using (var migrator = NewMigrator(byMigrator))
            _ = await migrator.MigrateAsync(None);
        var expected = await server.AskAsync<string>(byMigrator, SchemaText.Sql);

        await ApplyAsync(byScript, Migrator.Script());
        (await server.AskAsync<string>(byScript, SchemaText.Sql)).ShouldBe(expected);
        (await Should.ThrowAsync<InvalidOperationException>(() => ApplyAsync(byScript, Migrator.Script()))).Message.ShouldContain("ran here before");
        (await server.AskAsync<string>(byScript, SchemaText.Sql)).ShouldBe(expected);
        await using var after = NewMigrator(byScript);
        (await after.MigrateAsync(None)).ShouldBeEmpty();
    }

    [PostgresFact]
    public async Task What_is_missing_is_printed_for_a_login_that_may_only_read_and_applied_by_one_without_superuser()
    {
        var database = await server.CreateDatabaseAsync();
        Migration[] earlier = [.. Migration.Embedded().Where(migration => migration.Number is <= 8 or 999)];
        var maker = await server.CreateLoginAsync(database, "maker_" + database);
        await server.ExecuteAsync(database, $"ALTER ROLE maker_{database} CREATEROLE; GRANT CREATE ON DATABASE {database} TO maker_{database}");
        await using (var migrator = new Migrator(new PostgresOptions { ConnectionString = maker }, earlier, NullLogger<Migrator>.Instance))
            _ = await migrator.MigrateAsync(None);
        var login = await server.CreateLoginAsync(database, "writer_" + database, "audit_writer");

        await using var service = new Migrator(new PostgresOptions { ConnectionString = login }, NullLogger<Migrator>.Instance);
        var plan = await service.PlanAsync("aaaa", None);
        plan.Names[0].ShouldBe("009_guarded.sql");
        plan.StoresFingerprint.ShouldBeTrue();
        plan.Sql.ShouldNotContain("CREATE TABLE audit.event (");
        await ApplyAsync(database, plan.Sql, $"maker_{database}", "secret");

        await using var check = new StoreCheck(new PostgresOptions { ConnectionString = login });
        await check.RequireAsync("aaaa", None);
        (await check.SelfCheckAsync(None)).ShouldBeEmpty();
        var (names, storesFingerprint, sql) = await service.PlanAsync("aaaa", None);
        (names.Count, storesFingerprint, sql).ShouldBe((0, false, ""));
        (await server.AskAsync<bool>(database, $"SELECT pg_has_role('maker_{database}', 'audit_owner', 'MEMBER')")).ShouldBeFalse();
        var error = await Should.ThrowAsync<StoreException>(() => service.PlanAsync("bbbb", None));
        error.Code.ShouldBe("identity");
    }

    [PostgresFact]
    public async Task Two_scripts_at_once_are_one_that_runs_and_one_that_changes_nothing()
    {
        var database = await server.CreateDatabaseAsync();
        var failures = 0;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(async number =>
        {
            try
            {
                await ApplyAsync(database, Migrator.Script(), file: $"{number}.sql");
            }
            catch (InvalidOperationException exception)
            {
                exception.Message.ShouldContain("ran here before");
                Interlocked.Increment(ref failures);
            }
        }));
        failures.ShouldBe(1);
        (await server.AskAsync<long>(database, "SELECT count(*) FROM audit.migration")).ShouldBe(Migration.Embedded().Count(migration => migration.RunsOnce));
    }

    [Fact]
    public void The_script_is_the_files_in_order_in_one_transaction()
    {
        var text = Migrator.Script();
        var places = Migration.Embedded().Select(migration => text.IndexOf("-- " + migration.Name, StringComparison.Ordinal)).ToArray();
        places.ShouldAllBe(place => place >= 0);
        places.ShouldBe(places.Order());
        text.IndexOf("BEGIN;", StringComparison.Ordinal).ShouldBeLessThan(places[0]);
        text.TrimEnd().ShouldEndWith("COMMIT;");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Migrator NewMigrator(string database) =>
        new(new PostgresOptions { ConnectionString = server.Server.ConnectionString(database) }, NullLogger<Migrator>.Instance);

    private async Task ApplyAsync(string database, string sql, string user = ThrowAwayPostgres.UserName, string? password = null, string file = "script.sql")
    {
        var path = Path.Combine(_folder, file);
        await File.WriteAllTextAsync(path, sql, None);
        // The server programs come with psql.
        _ = await ToolProcess.RunAsync(within, Path.Combine(PostgresBinaries.Find().ShouldNotBeNull(), "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", path,
            $"postgresql://{user}:{password ?? server.Server.Password}@{server.Server.Host}:{server.Server.Port}/{database}");
    }
}

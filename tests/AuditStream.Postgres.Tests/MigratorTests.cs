using AuditStream.Core.Sink;
using AuditStream.Demo;
using AuditStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AuditStream.Postgres.Tests;

[Collection(PostgresServer.Collection)]
public sealed class MigratorTests(PostgresServer server)
{
    private static readonly CancellationToken None = CancellationToken.None;

    [PostgresFact]
    public async Task A_second_run_finds_nothing_to_do()
    {
        var database = await server.CreateDatabaseAsync();
        await using var migrator = NewMigrator(database);
        var names = Migration.Embedded().Select(migration => migration.Name).ToArray()[1..^1];
        (await migrator.PlanAsync(fingerprint: null, None)).Names.ShouldBe(names);
        (await migrator.MigrateAsync(None)).ShouldBe(names);
        (await migrator.PlanAsync(fingerprint: null, None)).Sql.ShouldBeEmpty();
        (await migrator.MigrateAsync(None)).ShouldBeEmpty();
        (await server.AskAsync<long>(database, "SELECT count(*) FROM audit.migration")).ShouldBe(names.Length);
    }

    [PostgresFact]
    public async Task Two_at_once_take_turns()
    {
        var database = await server.CreateDatabaseAsync();
        await using var first = NewMigrator(database);
        await using var second = NewMigrator(database);
        var ran = await Task.WhenAll(first.MigrateAsync(None), second.MigrateAsync(None));
        ran.Select(names => names.Count).Order().ShouldBe([0, Migration.Embedded().Count - 2]);
    }

    [PostgresFact]
    public async Task Two_databases_of_a_new_server_may_be_migrated_at_once()
    {
        // Roles belong to the server, the advisory lock to a database: both may make the roles.
        await using var fresh = await ThrowAwayPostgres.StartNewAsync(new ThrowAwayPostgresOptions(), None);
        await PostgresServer.ExecuteOnAsync(fresh.ConnectionString(), "CREATE DATABASE other");
        await using var first = new Migrator(new PostgresOptions { ConnectionString = fresh.ConnectionString() }, NullLogger<Migrator>.Instance);
        await using var second = new Migrator(new PostgresOptions { ConnectionString = fresh.ConnectionString("other") }, NullLogger<Migrator>.Instance);
        var ran = await Task.WhenAll(first.MigrateAsync(None), second.MigrateAsync(None));
        ran.ShouldAllBe(names => names.Count == Migration.Embedded().Count - 2);
    }

    [PostgresFact]
    public async Task A_file_that_changed_after_it_ran_is_refused_and_nothing_else_runs()
    {
        var database = await server.CreateDatabaseAsync();
        await using (var migrator = NewMigrator(database))
            _ = await migrator.MigrateAsync(None);
        Migration[] changed = [.. Migration.Embedded().Select(migration => migration.Number == 2 ? migration with { Sql = migration.Sql + " " } : migration),
            new Migration(900, "900_new.sql", "CREATE TABLE audit.new_table ()")];
        await using var other = new Migrator(OptionsOf(database), changed, NullLogger<Migrator>.Instance);
        var error = await Should.ThrowAsync<StoreException>(() => other.MigrateAsync(None));
        error.ErrorClass.ShouldBe(StoreErrorClass.Systemic);
        error.Message.ShouldContain("002_event.sql");
        (await server.AskAsync<bool>(database, "SELECT to_regclass('audit.new_table') IS NULL")).ShouldBeTrue();
    }

    [PostgresFact]
    public async Task A_database_of_a_later_version_is_refused()
    {
        var database = await server.CreateDatabaseAsync();
        await using var migrator = NewMigrator(database);
        _ = await migrator.MigrateAsync(None);
        await server.ExecuteAsync(database, "INSERT INTO audit.migration (number, name, checksum) VALUES (998, 'later', '')");
        var error = await Should.ThrowAsync<StoreException>(() => migrator.MigrateAsync(None));
        error.Code.ShouldBe("migration");
        error.Message.ShouldContain("998");
    }

    [PostgresFact]
    public async Task A_migration_that_fails_leaves_nothing()
    {
        var database = await server.CreateDatabaseAsync();
        Migration[] broken = [.. Migration.Embedded().Select(migration => migration.Number == 5 ? migration with { Sql = "SELECT 1/0" } : migration)];
        await using var migrator = new Migrator(OptionsOf(database), broken, NullLogger<Migrator>.Instance);
        var error = await Should.ThrowAsync<StoreException>(() => migrator.MigrateAsync(None));
        error.Code.ShouldBe("22012");
        (await server.AskAsync<bool>(database, "SELECT to_regnamespace('audit') IS NULL")).ShouldBeTrue();
    }

    [PostgresFact]
    public async Task Works_without_a_superuser_and_leaves_no_membership_behind()
    {
        var database = await server.CreateDatabaseAsync();
        var login = await server.CreateLoginAsync(database, "maker_" + database);
        await server.ExecuteAsync(database, $"ALTER ROLE maker_{database} CREATEROLE; GRANT CREATE ON DATABASE {database} TO maker_{database}");
        await using var migrator = new Migrator(new PostgresOptions { ConnectionString = login }, NullLogger<Migrator>.Instance);
        (await migrator.MigrateAsync(None)).Count.ShouldBe(Migration.Embedded().Count - 2);
        (await migrator.EnsureIdentityAsync("aa", None)).ShouldBeTrue();
        (await server.AskAsync<bool>(database, $"SELECT pg_has_role('maker_{database}', 'audit_owner', 'MEMBER')")).ShouldBeFalse();
        (await server.AskAsync<string>(database, "SELECT pg_get_userbyid(relowner)::text FROM pg_class WHERE oid = 'audit.event'::regclass"))
            .ShouldBe("audit_owner");
    }

    [PostgresFact]
    public async Task Says_which_right_is_missing()
    {
        var database = await server.CreateDatabaseAsync();
        await using (var migrator = NewMigrator(await server.CreateDatabaseAsync()))
            _ = await migrator.MigrateAsync(None); // the roles are there
        var login = await server.CreateLoginAsync(database, "nobody_" + database);
        await using var powerless = new Migrator(new PostgresOptions { ConnectionString = login }, NullLogger<Migrator>.Instance);
        var error = await Should.ThrowAsync<StoreException>(() => powerless.MigrateAsync(None));
        error.ErrorClass.ShouldBe(StoreErrorClass.Systemic);
        error.Message.ShouldContain($"GRANT audit_owner TO nobody_{database}");
        // Who migrates with the service's login must not be led to make the service the owner.
        error.Message.ShouldContain("migrate with a login that may (Postgres:OwnerConnectionString)");
        error.Message.ShouldNotContain("audit_writer");
        await server.ExecuteAsync(database, $"GRANT audit_owner TO nobody_{database}");
        error = await Should.ThrowAsync<StoreException>(() => powerless.MigrateAsync(None));
        error.Message.ShouldContain($"GRANT CREATE ON DATABASE {database} TO nobody_{database}");
    }

    [PostgresFact]
    public async Task A_schema_of_somebody_else_is_left_alone()
    {
        var database = await server.CreateDatabaseAsync();
        await server.ExecuteAsync(database, "CREATE SCHEMA audit; CREATE TABLE audit.theirs ()");
        await using var migrator = NewMigrator(database);
        var error = await Should.ThrowAsync<StoreException>(() => migrator.MigrateAsync(None));
        error.Code.ShouldBe("3F000");
        error.Message.ShouldContain("does not belong to audit_owner");
    }

    [PostgresFact]
    public async Task Stores_one_identity_key_and_refuses_another()
    {
        var database = await server.CreateDatabaseAsync();
        await using var migrator = NewMigrator(database);
        _ = await migrator.MigrateAsync(None);
        (await migrator.EnsureIdentityAsync("aa", None)).ShouldBeTrue();
        (await migrator.EnsureIdentityAsync("aa", None)).ShouldBeFalse();
        var error = await Should.ThrowAsync<StoreException>(() => migrator.EnsureIdentityAsync("bb", None));
        error.ErrorClass.ShouldBe(StoreErrorClass.Systemic);
        error.Code.ShouldBe("identity");
        (await server.AskAsync<string>(database, "SELECT string_agg(fingerprint, ',') FROM audit.identity")).ShouldBe("aa");
    }

    [PostgresFact]
    public async Task A_server_that_is_not_there_is_transient()
    {
        var nowhere = new NpgsqlConnectionStringBuilder(server.Server.ConnectionString()) { Port = 1 };
        await using var migrator = new Migrator(new PostgresOptions { ConnectionString = nowhere.ConnectionString }, NullLogger<Migrator>.Instance);
        var error = await Should.ThrowAsync<StoreException>(() => migrator.MigrateAsync(None));
        error.ErrorClass.ShouldBe(StoreErrorClass.Transient);
        error.Code.ShouldBe(StoreErrors.ConnectionCode);
        error.Message.ShouldContain("correct Host and Port of Postgres:OwnerConnectionString");
        error.Message.ShouldNotContain("It is tried again");
    }

    [PostgresFact]
    public async Task A_login_that_is_refused_is_named_with_its_setting()
    {
        var stranger = new NpgsqlConnectionStringBuilder(server.Server.ConnectionString()) { Username = "no_such_login" };
        await using var migrator = new Migrator(new PostgresOptions { ConnectionString = stranger.ConnectionString }, NullLogger<Migrator>.Instance);
        var error = await Should.ThrowAsync<StoreException>(() => migrator.MigrateAsync(None));
        error.Message.ShouldContain("Username and Password of Postgres:OwnerConnectionString");
    }

    private PostgresOptions OptionsOf(string database) => new() { ConnectionString = server.Server.ConnectionString(database) };

    private Migrator NewMigrator(string database) => new(OptionsOf(database), NullLogger<Migrator>.Instance);
}

using AuditStream.App.CommandLine;
using AuditStream.Testing;

namespace AuditStream.App.Tests.CommandLine;

public sealed class MigrateVerbTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IDisposable
{
    private const string OtherKey = "Identity:Key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private readonly string folder = Directory.CreateTempSubdirectory("auditstream-test-").FullName;

    private string KeyFile => Path.Combine(folder, "identity.key");

    [PostgresFact]
    public async Task A_new_store_gets_its_schema_and_a_key_file_once()
    {
        var database = await postgres.NewDatabaseAsync();
        var first = await MigrateAsync(database);
        first.Code.ShouldBe(ExitCode.Done, first.Error);
        first.Output.ShouldContain($"made the identity key {KeyFile}: keep a copy");
        first.Output.ShouldContain("belongs to this store from now on");
        (await PostgresFixture.ScalarAsync(database, "SELECT count(*) FROM audit.event")).ShouldBe(0L);

        var second = await MigrateAsync(database);
        second.Code.ShouldBe(ExitCode.Done, second.Error);
        second.Output.ShouldContain("the schema is up to date");
        second.Output.ShouldContain("fits");
        second.Output.ShouldNotContain("made the identity key");
    }

    [PostgresFact]
    public async Task A_dry_run_says_what_would_run_and_changes_nothing()
    {
        var database = await postgres.NewDatabaseAsync();
        var run = await MigrateAsync(database, "--dry-run");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldContain("-- would run 002_event.sql");
        run.Output.ShouldContain("CREATE TABLE audit.event (");
        run.Output.ShouldContain($"would make an identity key in {KeyFile}");
        File.Exists(KeyFile).ShouldBeFalse();
        (await PostgresFixture.ScalarAsync(database, "SELECT to_regnamespace('audit')::text")).ShouldBe(DBNull.Value);
    }

    [PostgresFact]
    public async Task What_a_dry_run_prints_is_the_script_that_does_it_with_the_key()
    {
        var database = await postgres.NewDatabaseAsync();
        await File.WriteAllTextAsync(KeyFile, Convert.ToBase64String(new byte[32]));
        var planned = await MigrateAsync(database, "--dry-run");
        planned.Code.ShouldBe(ExitCode.Done, planned.Error);
        planned.Output.ShouldContain("would belong to this store from then on");
        _ = await PostgresFixture.ScalarAsync(database, planned.Output);
        var after = await MigrateAsync(database, "--dry-run");
        after.Output.ShouldContain("-- the schema is up to date");
        after.Output.ShouldContain("fits");
        after.Output.ShouldNotContain("BEGIN;");
        var migrated = await MigrateAsync(database);
        migrated.Code.ShouldBe(ExitCode.Done, migrated.Error);
        migrated.Output.ShouldContain("the schema is up to date");
    }

    [PostgresFact]
    public async Task A_store_with_a_key_refuses_another_one_with_2()
    {
        var database = await postgres.NewDatabaseAsync();
        (await MigrateAsync(database)).Code.ShouldBe(ExitCode.Done);
        var run = await MigrateAsync(database, "--set", OtherKey);
        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("configure the first key");
    }

    [PostgresFact]
    public async Task A_lost_key_file_is_not_replaced_by_a_new_one()
    {
        var database = await postgres.NewDatabaseAsync();
        (await MigrateAsync(database)).Code.ShouldBe(ExitCode.Done);
        File.Delete(KeyFile);
        var run = await MigrateAsync(database);
        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("this store has a key already: put it there");
        File.Exists(KeyFile).ShouldBeFalse();
    }

    [PostgresFact]
    public async Task Run_refuses_to_start_with_another_key_with_2()
    {
        var database = await postgres.NewDatabaseAsync();
        (await MigrateAsync(database)).Code.ShouldBe(ExitCode.Done);
        var run = await CommandLineRun.OfAsync("run", "--roles", "sink", "--set", $"Postgres:ConnectionString={database}", "--set", OtherKey,
            "--set", "Http:Port=0", "--set", "Kafka:BootstrapServers=127.0.0.1:1");
        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("configure the first key");
    }

    [PostgresFact]
    public async Task Run_on_a_store_that_is_not_migrated_says_so_with_1()
    {
        var run = await CommandLineRun.OfAsync("run", "--roles", "sink", "--set", $"Postgres:ConnectionString={await postgres.NewDatabaseAsync()}",
            "--set", OtherKey, "--set", "Http:Port=0", "--set", "Kafka:BootstrapServers=127.0.0.1:1");
        run.Code.ShouldBe(ExitCode.FoundWrong);
        run.Error.ShouldContain("Run auditstream migrate");
    }

    [Fact]
    public async Task A_server_that_is_not_there_ends_with_3()
    {
        var run = await MigrateAsync("Host=127.0.0.1;Port=1;Username=u;Database=d;Password=swordfish");
        run.Code.ShouldBe(ExitCode.NotReachable);
        run.Error.ShouldNotContain("swordfish");
        File.Exists(KeyFile).ShouldBeFalse();
    }

    [Fact]
    public async Task The_sql_is_printed_without_a_connection()
    {
        var run = await CommandLineRun.OfAsync("migrate", "--sql");
        run.Code.ShouldBe(ExitCode.Done);
        run.Output.ShouldContain("CREATE TABLE audit.event");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Task<CommandLineRun> MigrateAsync(string database, params string[] more) => CommandLineRun.OfAsync(
        ["migrate", "--set", $"Postgres:ConnectionString={database}", "--set", $"Identity:KeyFile={KeyFile}", .. more]);
}

using AuditStream.Core.Check;
using AuditStream.Testing;
using Npgsql;

namespace AuditStream.Postgres.Tests;

[Collection(PostgresServer.Collection)]
public sealed class StoreDiagnosisTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    [PostgresFact]
    public async Task A_writer_of_a_migrated_store_is_as_it_should_be() =>
        (await RunAsync(database.WriterConnectionString)).Select(finding => (finding.Severity, finding.Code)).ShouldBe(
            new[] { "store-reached", "store-clock", "store-migrated", "writer", "identity-key", "append-only-layers", "partitions" }.Select(code => (Severity.Ok, code))
                // The tests' own server is one whose rows nobody will miss.
                .Append((Severity.Warning, "store-fsync")), ignoreOrder: true);

    [PostgresFact]
    public async Task A_superuser_is_a_warning_and_another_key_an_error()
    {
        var findings = await RunAsync(database.Server.Server.ConnectionString(database.Name), "ffff");
        Wrong(findings).ShouldBe([(Severity.Warning, "writer-too-mighty"), (Severity.Error, "identity-key")]);
    }

    [PostgresFact]
    public async Task A_login_without_the_writer_role_gets_the_line_that_gives_it()
    {
        var login = await database.Server.CreateLoginAsync(database.Name, "nobody_" + database.Name);
        var finding = Mistakes(await RunAsync(login)).ShouldHaveSingleItem();
        finding.Code.ShouldBe("writer-without-grants");
        finding.Mend.ShouldBe($"GRANT audit_writer TO \"nobody_{database.Name}\";");
        Mistakes(await RunAsync(database.ReaderConnectionString)).ShouldHaveSingleItem().What.ShouldContain("INSERT on audit.event");
    }

    [PostgresFact]
    public async Task Each_right_that_a_run_needs_is_looked_for()
    {
        (string Right, string Said)[] rights =
        [
            ("UPDATE (hash) ON audit.chain_head", "UPDATE of hash on audit.chain_head"), ("INSERT ON audit.block", "INSERT on audit.block"),
            ("INSERT ON audit.checkpoint", "INSERT on audit.checkpoint"), ("EXECUTE ON FUNCTION audit.claim_shard", "EXECUTE on audit.claim_shard"),
            ("EXECUTE ON FUNCTION audit.ensure_partition", "EXECUTE on audit.ensure_partition"),
        ];
        foreach (var (right, said) in rights)
        {
            await database.ExecuteAsync($"REVOKE {right} FROM audit_writer");
            var findings = await RunAsync(database.WriterConnectionString);
            await database.ExecuteAsync($"GRANT {right} TO audit_writer");
            var mistake = Mistakes(findings).ShouldHaveSingleItem();
            (mistake.Code, mistake.What).ShouldBe(("writer-without-grants", $"lacks {said}."));
        }
    }

    [PostgresFact]
    public async Task A_login_that_may_change_rows_is_a_warning()
    {
        var login = await database.Server.CreateLoginAsync(database.Name, "mighty_" + database.Name, "audit_writer");
        await database.ExecuteAsync($"GRANT DELETE ON audit.dead_letter TO mighty_{database.Name}");
        try
        {
            Wrong(await RunAsync(login)).ShouldBe([(Severity.Warning, "writer-may-change"), (Severity.Warning, "append-only-layer")]);
        }
        finally
        {
            await database.ExecuteAsync($"REVOKE DELETE ON audit.dead_letter FROM mighty_{database.Name}");
        }
    }

    [PostgresFact]
    public async Task A_database_without_the_schema_a_missing_one_and_a_wrong_password_are_told_apart()
    {
        var empty = await database.Server.CreateDatabaseAsync();
        Mistakes(await RunAsync(database.Server.Server.ConnectionString(empty))).ShouldHaveSingleItem().Code.ShouldBe("store-not-migrated");
        Mistakes(await RunAsync(database.Server.Server.ConnectionString("no_such_database"))).ShouldHaveSingleItem().Code.ShouldBe("store-database-missing");
        var other = new NpgsqlConnectionStringBuilder(database.WriterConnectionString) { Username = "no_such_login", Password = "swordfish" }.ConnectionString;
        var denied = Mistakes(await RunAsync(other)).ShouldHaveSingleItem();
        denied.Code.ShouldBe("store-login");
        denied.ToString().ShouldNotContain("swordfish");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said_to_be_so_in_the_words_of_the_system()
    {
        var finding = (await RunAsync("Host=127.0.0.1;Port=1;Username=u;Database=d;Password=swordfish")).ShouldHaveSingleItem();
        finding.Code.ShouldBe("store-not-reachable");
        finding.What.ShouldContain("refused");
        finding.ToString().ShouldNotContain("swordfish");
    }

    private static async Task<List<Finding>> RunAsync(string connectionString, string fingerprint = AuditDatabase.Fingerprint)
    {
        await using var diagnosis = new StoreDiagnosis(new PostgresOptions { ConnectionString = connectionString }, TimeProvider.System);
        var findings = new List<Finding>();
        await foreach (var finding in diagnosis.RunAsync(fingerprint, CancellationToken.None))
            findings.Add(finding);
        return findings;
    }

    private static IEnumerable<Finding> Mistakes(IEnumerable<Finding> findings) => findings.Where(finding => finding.Severity == Severity.Error);

    private static IEnumerable<(Severity Severity, string Code)> Wrong(IEnumerable<Finding> findings) =>
        findings.Where(finding => finding.Severity != Severity.Ok && finding.Code != "store-fsync").Select(finding => (finding.Severity, finding.Code));
}

using AuditStream.Testing;

namespace AuditStream.Postgres.Tests;

[Collection(PostgresServer.Collection)]
public sealed class AppendOnlyTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private const string NoPrivilege = "42501";
    private const string Refused = "AU010";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string[] tables = ["audit.event", "audit.dead_letter", "audit.divergence"];

    [PostgresFact]
    public async Task The_writer_may_add_and_nothing_else()
    {
        await FillAsync();
        foreach (var table in tables)
        {
            foreach (var sql in Tampering(table))
                (await AuditDatabase.RefusalAsync(database.WriterConnectionString, sql)).ShouldBe(NoPrivilege, sql);
        }
        string[] others =
        [
            "SELECT body FROM audit.event", "SELECT record_value FROM audit.dead_letter", "SELECT * FROM audit.divergence",
            "INSERT INTO audit.event_20260301 SELECT * FROM audit.event_20260301", "SELECT event_id FROM audit.event_20260301",
            "INSERT INTO audit.identity (fingerprint) VALUES ('x')", "UPDATE audit.setting SET value = '1 century'",
            "DELETE FROM audit.partition", "UPDATE audit.migration SET checksum = ''", "CREATE TABLE audit.mine ()",
            "ALTER TABLE audit.event DISABLE TRIGGER ALL", "ALTER TABLE audit.event DETACH PARTITION audit.event_20260301",
            "DROP TABLE audit.event_20260301", "SELECT audit.harden('audit.event')", "SET ROLE audit_owner", "SET session_replication_role = replica",
        ];
        foreach (var sql in others)
            (await AuditDatabase.RefusalAsync(database.WriterConnectionString, sql)).ShouldBe(NoPrivilege, sql);
    }

    [PostgresFact]
    public async Task The_reader_reads_and_does_not_see_unprotected_bytes()
    {
        await FillAsync();
        foreach (var table in tables)
        {
            foreach (var sql in Tampering(table).Append($"INSERT INTO {table} SELECT * FROM {table}"))
                (await AuditDatabase.RefusalAsync(database.ReaderConnectionString, sql)).ShouldBe(NoPrivilege, sql);
        }
        await PostgresServer.ExecuteOnAsync(database.ReaderConnectionString, "SELECT * FROM audit.event; SELECT * FROM audit.divergence; "
            + "SELECT stage, reason, message FROM audit.dead_letter; SELECT * FROM audit.partition; SELECT * FROM audit.self_check()");
        (await AuditDatabase.RefusalAsync(database.ReaderConnectionString, "SELECT record_value FROM audit.dead_letter")).ShouldBe(NoPrivilege);
        (await AuditDatabase.RefusalAsync(database.ReaderConnectionString, "SELECT * FROM audit.ensure_partition(now())")).ShouldBe(NoPrivilege);
    }

    [PostgresFact]
    public async Task Triggers_refuse_even_the_superuser_on_parent_and_partition()
    {
        await FillAsync();
        var superuser = database.Server.Server.ConnectionString(database.Name);
        foreach (var table in tables.Append("audit.event_20260301"))
        {
            foreach (var sql in Tampering(table))
            {
                (await AuditDatabase.RefusalAsync(superuser, sql)).ShouldBe(Refused, sql);
                (await AuditDatabase.RefusalAsync(superuser, "SET session_replication_role = replica; " + sql)).ShouldBe(Refused, sql);
            }
        }
        (await AuditDatabase.RefusalAsync(superuser, "INSERT INTO audit.event SELECT * FROM audit.event ON CONFLICT (event_id, occurred_at) "
            + "DO UPDATE SET operation = 'delete'")).ShouldBe(Refused);
    }

    [PostgresFact]
    public async Task A_detached_partition_still_refuses()
    {
        var superuser = database.Server.Server.ConnectionString(database.Name);
        await using var store = new TestStore(database.Writer);
        var instant = new DateTimeOffset(2021, 7, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        _ = await store.Store.WriteAsync(Rows.Batch(Rows.Row(1, instant)), None);
        await database.ExecuteAsync("ALTER TABLE audit.event DETACH PARTITION audit.event_20210701");
        foreach (var sql in Tampering("audit.event_20210701"))
            (await AuditDatabase.RefusalAsync(superuser, sql)).ShouldBe(Refused, sql);
        await database.ExecuteAsync(
            "ALTER TABLE audit.event ATTACH PARTITION audit.event_20210701 FOR VALUES FROM ('2021-07-01Z') TO ('2021-08-01Z')");
    }

    private static string[] Tampering(string table) =>
        [$"UPDATE {table} SET operation = 'x'".Replace("operation", table.EndsWith("letter", StringComparison.Ordinal) ? "reason" : "operation",
            StringComparison.Ordinal), $"DELETE FROM {table}", $"TRUNCATE {table}"];

    private async Task FillAsync()
    {
        await using var store = new TestStore(database.Writer);
        var batch = Rows.Batch(Rows.Row(1), Rows.Row(2), Rows.Row(1) with { FactHash = Rows.Hash("other") });
        batch.DeadLetters.Add(Rows.DeadLetter(1));
        _ = await store.Store.WriteAsync(batch, None);
    }
}

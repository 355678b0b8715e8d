using AuditStream.Testing;
using Npgsql;

namespace AuditStream.Postgres.Tests;

/// <summary>The known ways round the append-only tables: which are prevented, and which a look at the catalogue detects. What neither does is left to the
/// hash chain; docs/STORE.md has the same table.</summary>
[Collection(PostgresServer.Collection)]
public sealed class WaysRoundTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private const string Partition = "audit.event_20260301";
    private const string NoPrivilege = "42501";
    private const string Refused = "AU010";
    private const string Reattach = $"ALTER TABLE audit.event ATTACH PARTITION {Partition} FOR VALUES FROM ('2026-03-01Z') TO ('2026-04-01Z')";
    private static readonly CancellationToken None = CancellationToken.None;

    [PostgresFact]
    public async Task The_writer_is_prevented()
    {
        await FillAsync();
        string[] ways =
        [
            $"TRUNCATE {Partition}", $"DELETE FROM {Partition}", $"UPDATE {Partition} SET actor = 'x'", $"COPY {Partition} FROM STDIN",
            "INSERT INTO audit.event SELECT * FROM audit.event ON CONFLICT (event_id, occurred_at) DO UPDATE SET operation = 'x'",
            "SET session_replication_role = replica", "ALTER TABLE audit.event DISABLE TRIGGER ALL", $"ALTER TABLE audit.event DETACH PARTITION {Partition}",
            $"DROP TABLE {Partition}", "DROP TRIGGER refuse_change ON audit.event", "CREATE RULE r AS ON INSERT TO audit.event DO INSTEAD NOTHING",
            "CREATE TRIGGER t BEFORE INSERT ON audit.event FOR EACH ROW EXECUTE FUNCTION audit.refuse_change()",
            "CREATE OR REPLACE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
            "ALTER TABLE audit.event ALTER COLUMN operation TYPE text USING 'x'", "SET ROLE audit_owner", "GRANT audit_owner TO CURRENT_USER",
            "UPDATE audit.partition SET retired_at = now()", "UPDATE audit.setting SET value = '9999 years'",
        ];
        foreach (var sql in ways)
            (await AuditDatabase.RefusalAsync(database.WriterConnectionString, sql)).ShouldBe(NoPrivilege, sql);
    }

    [PostgresFact]
    public async Task Owner_and_superuser_are_prevented_while_the_triggers_stand()
    {
        await FillAsync();
        var superuser = database.Server.Server.ConnectionString(database.Name);
        string[] ways =
        [
            $"TRUNCATE {Partition}", $"TRUNCATE {Partition} CASCADE", "TRUNCATE audit.event", $"DELETE FROM {Partition}", $"DELETE FROM ONLY {Partition}",
            $"UPDATE {Partition} SET actor = 'x'", "UPDATE audit.event SET occurred_at = occurred_at - interval '1 month'",
            "INSERT INTO audit.event SELECT * FROM audit.event ON CONFLICT (event_id, occurred_at) DO UPDATE SET operation = 'x'",
            $"INSERT INTO {Partition} SELECT * FROM {Partition} ON CONFLICT (event_id, occurred_at) DO UPDATE SET operation = 'x'",
            "WITH gone AS (DELETE FROM audit.event RETURNING *) SELECT count(*) FROM gone",
        ];
        foreach (var sql in ways)
        {
            (await AuditDatabase.RefusalAsync(superuser, sql)).ShouldBe(Refused, sql);
            (await AuditDatabase.RefusalAsync(superuser, "SET ROLE audit_owner; " + sql)).ShouldBe(Refused, sql);
            (await AuditDatabase.RefusalAsync(superuser, "SET session_replication_role = replica; " + sql)).ShouldBe(Refused, sql);
        }
        // Out of the parent it is still guarded by its own triggers.
        await database.ExecuteAsync($"ALTER TABLE audit.event DETACH PARTITION {Partition}");
        foreach (var sql in new[] { $"TRUNCATE {Partition}", $"DELETE FROM {Partition}", $"UPDATE {Partition} SET actor = 'x'" })
            (await AuditDatabase.RefusalAsync(superuser, "SET session_replication_role = replica; " + sql)).ShouldBe(Refused, sql);
        await database.ExecuteAsync(Reattach);
    }

    [PostgresFact]
    public async Task What_the_owner_can_do_is_detected()
    {
        await FillAsync();
        (string Way, string Back, string Object)[] ways =
        [
            ($"ALTER TABLE {Partition} DISABLE TRIGGER USER",
                $"ALTER TABLE {Partition} ENABLE ALWAYS TRIGGER refuse_change_here, ENABLE ALWAYS TRIGGER refuse_truncate_here, ENABLE ALWAYS TRIGGER refuse_change",
                Partition),
            ($"ALTER TABLE {Partition} ENABLE TRIGGER refuse_change_here", $"ALTER TABLE {Partition} ENABLE ALWAYS TRIGGER refuse_change_here", Partition),
            ("DROP TRIGGER refuse_truncate ON audit.event",
                "CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON audit.event FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change(); "
                + "ALTER TABLE audit.event ENABLE ALWAYS TRIGGER refuse_truncate", "audit.event"),
            ("SET allow_system_table_mods = on; UPDATE pg_trigger SET tgenabled = 'D' WHERE tgname = 'refuse_change_here'",
                "SET allow_system_table_mods = on; UPDATE pg_trigger SET tgenabled = 'A' WHERE tgname = 'refuse_change_here'", Partition),
            ($"ALTER TABLE audit.event DETACH PARTITION {Partition}", Reattach, Partition),
            ($"CREATE TABLE audit.forged (LIKE audit.event INCLUDING ALL); ALTER TABLE audit.event ATTACH PARTITION audit.forged FOR VALUES FROM ('2001-01-01') TO ('2001-02-01')",
                "ALTER TABLE audit.event DETACH PARTITION audit.forged; DROP TABLE audit.forged", "audit.forged"),
            ($"ALTER TABLE audit.event DETACH PARTITION {Partition}; ALTER TABLE {Partition} RENAME TO kept; "
                + $"CREATE TABLE {Partition} (LIKE audit.event INCLUDING ALL); {Reattach}",
                $"ALTER TABLE audit.event DETACH PARTITION {Partition}; DROP TABLE {Partition}; ALTER TABLE audit.kept RENAME TO event_20260301; {Reattach}", Partition),
            ("CREATE OR REPLACE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION USING MESSAGE = ''x''; END'",
                Migration.Embedded().First(migration => migration.Number == 3).Sql.Split(";\nCOMMENT")[0].Replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", StringComparison.Ordinal),
                "audit.refuse_change"),
            ("ALTER FUNCTION audit.self_check() RENAME TO was; CREATE FUNCTION audit.self_check() RETURNS TABLE (object text, problem text) LANGUAGE sql AS 'SELECT '''', '''' WHERE false'; "
                + "GRANT EXECUTE ON FUNCTION audit.self_check() TO audit_writer",
                "DROP FUNCTION audit.self_check(); ALTER FUNCTION audit.was() RENAME TO self_check", "audit.self_check"),
        ];
        await using var check = new StoreCheck(database.Writer);
        foreach (var (way, back, thing) in ways)
        {
            await database.ExecuteAsync(way);
            (await check.SelfCheckAsync(None)).ShouldContain(problem => problem.Object == thing, way);
            await database.ExecuteAsync(back);
            (await check.SelfCheckAsync(None)).ShouldBeEmpty(back);
        }
    }

    [PostgresFact]
    public async Task What_the_catalogue_does_not_show_is_left_to_the_chain()
    {
        await FillAsync();
        // Each of these changes or adds evidence and leaves every layer as it was.
        string[] ways =
        [
            $"ALTER TABLE {Partition} DISABLE TRIGGER USER; DELETE FROM {Partition} WHERE stream_offset = 1; ALTER TABLE {Partition} ENABLE ALWAYS TRIGGER "
                + "refuse_change_here, ENABLE ALWAYS TRIGGER refuse_truncate_here, ENABLE ALWAYS TRIGGER refuse_change",
            "ALTER TABLE audit.event ALTER COLUMN actor TYPE text USING 'somebody else'",
        ];
        await using var check = new StoreCheck(database.Writer);
        foreach (var sql in ways)
        {
            await database.ExecuteAsync(sql);
            (await check.SelfCheckAsync(None)).ShouldBeEmpty(sql);
        }
        (await database.AskAsync<long>("SELECT count(*) FROM audit.event WHERE actor = 'somebody else' AND stream_offset BETWEEN 1 AND 3")).ShouldBe(2);
        // A forged row, by COPY into a partition.
        await using var connection = new NpgsqlConnection(database.Server.Server.ConnectionString(database.Name) + ";Pooling=false");
        await connection.OpenAsync();
        await using (var copy = await connection.BeginTextImportAsync(
            $"COPY {Partition} (occurred_at, stream_offset, block, event_id, shard, fact_scheme, operation, source, fact_hash, event_uid, body) FROM STDIN"))
        {
            var hash = @"\\x" + new string('0', 64);
            await copy.WriteAsync($"2026-03-02Z\t99\t1\t{Guid.NewGuid()}\t3\t1\tinsert\tshop\t{hash}\t{hash}\t{{}}\n");
        }
        (await check.SelfCheckAsync(None)).ShouldBeEmpty();
    }

    private async Task FillAsync()
    {
        await using var store = new TestStore(database.Writer);
        _ = await store.Store.WriteAsync(Rows.Batch(1, 3), None);
    }
}

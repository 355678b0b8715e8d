using AuditStream.Core.Sink;
using AuditStream.Testing;

namespace AuditStream.Postgres.Tests;

[Collection(PostgresServer.Collection)]
public sealed class SelfCheckTests(AuditDatabase database) : IClassFixture<AuditDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;

    [PostgresFact]
    public async Task Finds_nothing_wrong_with_a_fresh_store()
    {
        await using var check = await NewCheckAsync();
        (await check.SelfCheckAsync(None)).ShouldBeEmpty();
        await check.RequireAsync(AuditDatabase.Fingerprint, None);
    }

    [PostgresFact]
    public async Task Names_each_missing_layer()
    {
        (string Damage, string Repair, string Object, string Problem)[] cases =
        [
            ("ALTER TABLE audit.event_20260301 DISABLE TRIGGER refuse_change_here",
                "ALTER TABLE audit.event_20260301 ENABLE ALWAYS TRIGGER refuse_change_here",
                "audit.event_20260301", "no trigger of its own, enabled always, refuses UPDATE and DELETE"),
            ("ALTER TABLE audit.event_20260301 ENABLE TRIGGER refuse_truncate_here",
                "ALTER TABLE audit.event_20260301 ENABLE ALWAYS TRIGGER refuse_truncate_here",
                "audit.event_20260301", "no trigger of its own, enabled always, refuses TRUNCATE"),
            ("ALTER TABLE audit.dead_letter DISABLE TRIGGER ALL",
                "ALTER TABLE audit.dead_letter ENABLE ALWAYS TRIGGER refuse_change_here, ENABLE ALWAYS TRIGGER refuse_truncate_here",
                "audit.dead_letter", "no trigger of its own, enabled always, refuses TRUNCATE"),
            ("GRANT UPDATE ON audit.event TO audit_writer", "REVOKE UPDATE ON audit.event FROM audit_writer",
                "audit.event", "audit_writer has UPDATE on it"),
            ("GRANT UPDATE (body) ON audit.event TO audit_writer", "REVOKE UPDATE (body) ON audit.event FROM audit_writer",
                "audit.event", "audit_writer may UPDATE column body"),
            ("GRANT SELECT ON audit.event_20260301 TO PUBLIC", "REVOKE SELECT ON audit.event_20260301 FROM PUBLIC",
                "audit.event_20260301", "PUBLIC has SELECT on it"),
            ("ALTER TABLE audit.divergence OWNER TO postgres", "ALTER TABLE audit.divergence OWNER TO audit_owner",
                "audit.divergence", "it belongs to postgres instead of audit_owner"),
            ("ALTER TABLE audit.event ENABLE ROW LEVEL SECURITY", "ALTER TABLE audit.event DISABLE ROW LEVEL SECURITY",
                "audit.event", "it has row-level security, which hides rows"),
            ("CREATE RULE r AS ON INSERT TO audit.dead_letter DO INSTEAD NOTHING", "DROP RULE r ON audit.dead_letter",
                "audit.dead_letter", "it has rules, which may redirect what is written"),
            ("CREATE FUNCTION public.swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
                + "CREATE TRIGGER swallow BEFORE INSERT ON audit.divergence FOR EACH ROW EXECUTE FUNCTION public.swallow()",
                "DROP TRIGGER swallow ON audit.divergence; DROP FUNCTION public.swallow()",
                "audit.divergence", "trigger swallow may change or drop what is inserted"),
            ("CREATE TABLE audit.rest PARTITION OF audit.event DEFAULT", "ALTER TABLE audit.event DETACH PARTITION audit.rest; DROP TABLE audit.rest",
                "audit.rest", "it is a DEFAULT partition"),
            ("ALTER TABLE audit.event DETACH PARTITION audit.event_20260301",
                "ALTER TABLE audit.event ATTACH PARTITION audit.event_20260301 FOR VALUES FROM ('2026-03-01Z') TO ('2026-04-01Z')",
                "audit.event_20260301", "audit.partition lists it and it is not a partition of audit.event"),
            ("ALTER TABLE audit.event DETACH PARTITION audit.event_20260301; ALTER TABLE audit.event_20260301 DISABLE TRIGGER refuse_change_here",
                "ALTER TABLE audit.event_20260301 ENABLE ALWAYS TRIGGER refuse_change_here; "
                + "ALTER TABLE audit.event ATTACH PARTITION audit.event_20260301 FOR VALUES FROM ('2026-03-01Z') TO ('2026-04-01Z')",
                "audit.event_20260301", "no trigger of its own, enabled always, refuses UPDATE and DELETE"),
            ("ALTER TABLE audit.event DETACH PARTITION audit.event_20260301; "
                + "ALTER TABLE audit.event ATTACH PARTITION audit.event_20260301 FOR VALUES FROM ('2026-02-01Z') TO ('2026-04-01Z')",
                "ALTER TABLE audit.event DETACH PARTITION audit.event_20260301; "
                + "ALTER TABLE audit.event ATTACH PARTITION audit.event_20260301 FOR VALUES FROM ('2026-03-01Z') TO ('2026-04-01Z')",
                "audit.event_20260301", "its range is not the one in audit.partition"),
            ("ALTER TABLE audit.dead_letter DROP CONSTRAINT dead_letter_pkey",
                "ALTER TABLE audit.dead_letter ADD CONSTRAINT dead_letter_pkey PRIMARY KEY (stage, topic, topic_partition, topic_offset)",
                "audit.dead_letter", "it has no primary key: the same event could be stored twice"),
            ("ALTER TABLE audit.divergence RENAME TO elsewhere", "ALTER TABLE audit.elsewhere RENAME TO divergence",
                "audit.divergence", "it is missing"),
            ("GRANT UPDATE ON audit.partition TO audit_writer", "REVOKE UPDATE ON audit.partition FROM audit_writer",
                "audit.partition", "audit_writer has UPDATE on it"),
            ("ALTER FUNCTION audit.harden(regclass) OWNER TO postgres", "ALTER FUNCTION audit.harden(regclass) OWNER TO audit_owner",
                "audit.harden(regclass)", "it belongs to postgres instead of audit_owner"),
            ("CREATE OR REPLACE FUNCTION audit.harden(target regclass) RETURNS void LANGUAGE sql AS ''", Migrated("003_append_only.sql", "audit.harden"),
                "audit.harden", "it is not the function that the migrations make"),
            ("CREATE FUNCTION audit.extra() RETURNS void LANGUAGE sql AS ''; ALTER FUNCTION audit.extra() OWNER TO audit_owner", "DROP FUNCTION audit.extra()",
                "audit.extra", "no migration makes this function"),
            ("ALTER FUNCTION audit.tables() RENAME TO other; ", "ALTER FUNCTION audit.other() RENAME TO tables", "audit.tables", "this function is missing"),
            ("ALTER ROLE audit_owner LOGIN", "ALTER ROLE audit_owner NOLOGIN", "audit_owner", "the owner can log in, or is a superuser"),
            ($"GRANT audit_owner TO {database.WriterLogin}", $"REVOKE audit_owner FROM {database.WriterLogin}", database.WriterLogin,
                "this login is a superuser or a member of audit_owner: it can switch every layer off"),
        ];
        await using var check = await NewCheckAsync();
        foreach (var (damage, repair, thing, problem) in cases)
        {
            await database.ExecuteAsync(damage);
            (await check.SelfCheckAsync(None)).ShouldContain(new StoreProblem(thing, problem, IsOfThisLogin: thing == database.WriterLogin));
            await database.ExecuteAsync(repair);
            (await check.SelfCheckAsync(None)).ShouldBeEmpty(damage);
        }
    }

    [PostgresFact]
    public async Task Another_identity_key_is_refused()
    {
        await using var check = await NewCheckAsync();
        var error = await Should.ThrowAsync<StoreException>(() => check.RequireAsync("another", None));
        error.ErrorClass.ShouldBe(StoreErrorClass.Systemic);
        error.Code.ShouldBe("identity");
        error.Message.ShouldContain(AuditDatabase.Fingerprint);
    }

    [PostgresFact]
    public async Task A_database_that_is_not_migrated_is_systemic_and_says_what_to_do()
    {
        var empty = await database.Server.CreateDatabaseAsync();
        await using var check = new StoreCheck(new PostgresOptions { ConnectionString = database.Server.Server.ConnectionString(empty) });
        var error = await Should.ThrowAsync<StoreException>(() => check.RequireAsync("any", None));
        error.ErrorClass.ShouldBe(StoreErrorClass.Systemic);
        error.Message.ShouldContain("Run auditstream migrate.");
    }

    [PostgresFact]
    public async Task A_database_that_lacks_one_migration_is_refused_whatever_the_highest_number()
    {
        var other = new AuditDatabase(database.Server);
        await other.InitializeAsync();
        await using var check = new StoreCheck(other.Writer);
        await check.RequireAsync(AuditDatabase.Fingerprint, None);
        await other.ExecuteAsync("DELETE FROM audit.migration WHERE number = 12");
        var error = await Should.ThrowAsync<StoreException>(() => check.RequireAsync(AuditDatabase.Fingerprint, None));
        (error.ErrorClass, error.Code).ShouldBe((StoreErrorClass.Systemic, "migration"));
        error.Message.ShouldContain("lacks 012_partitions.sql. Run auditstream migrate.");
    }

    /// <summary>The statement that makes a function, out of its file.</summary>
    private static string Migrated(string file, string function)
    {
        var sql = Migration.Embedded().First(migration => migration.Name == file).Sql;
        var start = sql.IndexOf($"CREATE FUNCTION {function}", StringComparison.Ordinal);
        return "CREATE OR REPLACE" + sql[(start + "CREATE".Length)..(sql.IndexOf("$$;", start, StringComparison.Ordinal) + "$$;".Length)];
    }

    private async Task<StoreCheck> NewCheckAsync()
    {
        await using var store = new TestStore(database.Writer);
        _ = await store.Store.WriteAsync(Rows.Batch(Rows.Row(1)), None);
        return new StoreCheck(database.Writer);
    }
}

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
                "ALTER TABLE audit.dead_letter ENABLE ALWAYS TRIGGER refuse_change_here, ENABLE ALWAYS TRIGGER refuse_truncate_here, ENABLE ALWAYS TRIGGER refuse_unchained",
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
        await DamageAsync(cases);
    }

    [PostgresFact]
    public async Task Names_what_heads_functions_and_roles_must_not_be()
    {
        const string Claim = "audit.claim_shard(integer, text, text)";
        const string Actor = "audit.actor_activity(text, timestamptz, timestamptz, text)";
        const string Unchained = "no trigger, enabled always, refuses rows that belong to no block";
        (string Damage, string Repair, string Object, string Problem)[] cases =
        [
            ("GRANT INSERT ON audit.chain_head TO audit_writer", "REVOKE INSERT ON audit.chain_head FROM audit_writer", "audit.chain_head", "audit_writer has INSERT on it"),
            ("GRANT UPDATE (epoch) ON audit.chain_head TO audit_writer", "REVOKE UPDATE (epoch) ON audit.chain_head FROM audit_writer",
                "audit.chain_head", "audit_writer may UPDATE column epoch"),
            ("GRANT UPDATE (hash) ON audit.chain_head TO audit_reader", "REVOKE UPDATE (hash) ON audit.chain_head FROM audit_reader",
                "audit.chain_head", "audit_reader may UPDATE column hash"),
            ("CREATE TRIGGER t BEFORE UPDATE ON audit.chain_head FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()", "DROP TRIGGER t ON audit.chain_head",
                "audit.chain_head", "trigger t may change or drop what is written"),
            ("ALTER TABLE audit.chain_head SET UNLOGGED", "ALTER TABLE audit.chain_head SET LOGGED", "audit.chain_head", "it is not logged: a crash empties it"),
            ("ALTER TABLE audit.chain_head RENAME TO was", "ALTER TABLE audit.was RENAME TO chain_head", "audit.chain_head", "it is missing"),
            ($"ALTER FUNCTION {Claim} RESET search_path", $"ALTER FUNCTION {Claim} SET search_path = pg_catalog, pg_temp",
                "audit.claim_shard(integer,text,text)", "its search_path is not fixed to pg_catalog, pg_temp"),
            ($"ALTER FUNCTION {Claim} SET search_path = public, pg_catalog", $"ALTER FUNCTION {Claim} SET search_path = pg_catalog, pg_temp",
                "audit.claim_shard", "its settings (search_path and others) are not those that the migrations make"),
            ($"ALTER FUNCTION {Claim} SECURITY INVOKER", $"ALTER FUNCTION {Claim} SECURITY DEFINER",
                "audit.claim_shard", "it runs with its caller's rights, and should with its owner's"),
            ($"ALTER FUNCTION {Actor} SECURITY DEFINER", $"ALTER FUNCTION {Actor} SECURITY INVOKER",
                "audit.actor_activity", "it runs with its owner's rights, and should with its caller's"),
            ("ALTER FUNCTION audit.ensure_partition(timestamptz) RESET lock_timeout", "ALTER FUNCTION audit.ensure_partition(timestamptz) SET lock_timeout = '30s'",
                "audit.ensure_partition", "its settings (search_path and others) are not those that the migrations make"),
            ($"GRANT EXECUTE ON FUNCTION {Claim} TO PUBLIC", $"REVOKE EXECUTE ON FUNCTION {Claim} FROM PUBLIC",
                "audit.claim_shard(integer,text,text)", "PUBLIC may execute it, with its owner's rights"),
            ("GRANT CREATE ON SCHEMA audit TO audit_writer", "REVOKE CREATE ON SCHEMA audit FROM audit_writer", "schema audit", "audit_writer may make objects in it"),
            ("ALTER SCHEMA audit OWNER TO postgres", "ALTER SCHEMA audit OWNER TO audit_owner", "schema audit", "it belongs to postgres instead of audit_owner"),
            ("ALTER ROLE audit_reader CREATEROLE", "ALTER ROLE audit_reader NOCREATEROLE", "audit_reader", "the role is a superuser, may make roles, or is a member of audit_owner"),
            ($"GRANT pg_write_all_data TO {database.WriterLogin}", $"REVOKE pg_write_all_data FROM {database.WriterLogin}", database.WriterLogin,
                "this login is a member of pg_write_all_data, which reaches past the grants"),
            ("ALTER TABLE audit.event DISABLE TRIGGER refuse_unchained", "ALTER TABLE audit.event ENABLE ALWAYS TRIGGER refuse_unchained", "audit.event", Unchained),
            ("DROP TRIGGER refuse_unchained ON audit.divergence",
                "CREATE TRIGGER refuse_unchained AFTER INSERT ON audit.divergence FOR EACH ROW WHEN (NEW.block IS NULL) EXECUTE FUNCTION audit.refuse_unchained(); "
                + "ALTER TABLE audit.divergence ENABLE ALWAYS TRIGGER refuse_unchained", "audit.divergence", Unchained),
            ("ALTER FUNCTION audit.self_check() RENAME TO gone", "ALTER FUNCTION audit.gone() RENAME TO self_check", "audit.self_check()", "it cannot be asked: 42883, missing function"),
        ];
        await DamageAsync(cases);
    }

    [PostgresFact]
    public async Task A_line_in_the_register_of_migrations_switches_no_comparison_off()
    {
        const string Unknown = "it lists 998_later.sql, which this version does not know: a later one made it, or somebody added the line";
        const string Replace = "CREATE OR REPLACE FUNCTION audit.harden(target regclass) RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp AS ''; ";
        var (insert, delete) = ("INSERT INTO audit.migration (number, name, checksum) VALUES (998, '998_later.sql', ''); ", "DELETE FROM audit.migration WHERE number = 998; ");
        (string Damage, string Repair, string Object, string Problem)[] cases =
        [
            (insert, delete, "audit.migration", Unknown),
            (insert + Replace, delete + Migrated("003_append_only.sql", "audit.harden"), "audit.harden", "it is not the function that the migrations make"),
            ("UPDATE audit.migration SET checksum = checksum || '\\x00' WHERE number = 3", "UPDATE audit.migration SET checksum = substr(checksum, 1, 32)",
                "audit.migration", "its checksum of 003_append_only.sql is not that of the file"),
            ("CREATE TABLE public.kept AS SELECT * FROM audit.migration WHERE number = 12; DELETE FROM audit.migration WHERE number = 12; " + Replace,
                "INSERT INTO audit.migration SELECT * FROM public.kept; DROP TABLE public.kept; " + Migrated("003_append_only.sql", "audit.harden"),
                "audit.harden", "it is not the function that the migrations make"),
        ];
        await DamageAsync(cases);
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

    /// <summary>Does each damage, looks, and mends it.</summary>
    private async Task DamageAsync((string Damage, string Repair, string Object, string Problem)[] cases)
    {
        await using var check = await NewCheckAsync();
        foreach (var (damage, repair, thing, problem) in cases)
        {
            await database.ExecuteAsync(damage);
            (await check.SelfCheckAsync(None)).ShouldContain(new StoreProblem(thing, problem, IsOfThisLogin: thing == database.WriterLogin), damage);
            await database.ExecuteAsync(repair);
            (await check.SelfCheckAsync(None)).ShouldBeEmpty(damage);
        }
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

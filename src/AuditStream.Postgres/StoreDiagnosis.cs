using System.Globalization;
using System.Runtime.CompilerServices;
using AuditStream.Core.Check;
using AuditStream.Core.Sink;
using Npgsql;

namespace AuditStream.Postgres;

/// <summary>Tries what a run needs of the audit store, as the login that the service uses. Reads only, in a transaction that cannot write.</summary>
public sealed class StoreDiagnosis : IAsyncDisposable
{
    private const CheckSection Section = CheckSection.Store;
    private const int MinimumServerVersion = 140_000;
    private const int ConnectSeconds = 8;
    private const int CommandSeconds = 15;
    private static readonly TimeSpan clockTolerance = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _time;

    /// <summary>Makes the diagnosis; nothing connects yet.</summary>
    /// <param name="options">The writer's login; its time limits are shortened.</param>
    /// <param name="time">This machine's clock, to be compared with the server's.</param>
    public StoreDiagnosis(PostgresOptions options, TimeProvider time)
    {
        _source = DataSources.Build(options with
        {
            ConnectTimeoutSeconds = Math.Min(options.ConnectTimeoutSeconds, ConnectSeconds),
            CommandTimeoutSeconds = Math.Min(options.CommandTimeoutSeconds, CommandSeconds),
        });
        _time = time;
    }

    /// <summary>Tries everything in turn; what follows from something that is missing is not tried.</summary>
    /// <param name="fingerprint">The fingerprint of the configured identity key; null where that cannot be read.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async IAsyncEnumerable<Finding> RunAsync(string? fingerprint, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, "SET TRANSACTION READ ONLY", cancellationToken).ConfigureAwait(false);
            await ServerAsync(connection, findings, cancellationToken).ConfigureAwait(false);
            if (await SchemaAsync(connection, findings, cancellationToken).ConfigureAwait(false))
            {
                await RightsAsync(connection, findings, cancellationToken).ConfigureAwait(false);
                await IdentityAsync(connection, fingerprint, findings, cancellationToken).ConfigureAwait(false);
                await LayersAsync(connection, findings, cancellationToken).ConfigureAwait(false);
                await PartitionsAsync(connection, findings, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (StoreErrors.ToStoreException("Asking the audit store", exception) is { } error)
        {
            findings.Add(Failed(error));
        }
        foreach (var finding in findings)
            yield return finding;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private static Finding Failed(StoreException error) => error switch
    {
        { ErrorClass: StoreErrorClass.Transient } => Finding.Error(Section, "store-not-reachable", "Postgres:ConnectionString", $"the server does not answer: {Cause(error)}.",
            "Events wait on the final topic until the store is there, for as long as that keeps them.", "Start the server, or correct Host and Port in Postgres:ConnectionString."),
        { Code: "3D000" } => Finding.Error(Section, "store-database-missing", "Postgres:ConnectionString", error.Message,
            "No event can be stored.", "CREATE DATABASE <name>; then auditstream migrate; or correct Database in Postgres:ConnectionString."),
        _ when error.Code.StartsWith("28", StringComparison.Ordinal) => Finding.Error(Section, "store-login", "Postgres:ConnectionString", error.Message,
            "No event can be stored.", "Correct Username and Password in Postgres:ConnectionString. Where there is no such login yet: CREATE ROLE <login> LOGIN PASSWORD '…' IN ROLE audit_writer; else ALTER ROLE <login> PASSWORD '…'. See pg_hba.conf."),
        _ => Finding.Error(Section, "store-error", "Postgres:ConnectionString", error.Message, "No event can be stored.", "See the message, and the server's log."),
    };

    // What the operating system says of a connection (refused, unknown host) names no secret; what else there is may.
    private static string Cause(StoreException error) =>
        (error.InnerException is { } inner ? StoreErrors.CauseOf(inner) : null) ?? $"{error.Code}, {StoreErrors.Find(error.Code).Name}";

    private async Task ServerAsync(NpgsqlConnection connection, List<Finding> findings, CancellationToken cancellationToken)
    {
        var before = _time.GetUtcNow();
        var (version, name, isReadOnly, fsync, server) = await RowAsync(connection, """
            SELECT current_setting('server_version_num')::int, current_setting('server_version'),
                   pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on', current_setting('fsync'), clock_timestamp()
            """, row => (row.GetInt32(0), row.GetString(1), row.GetBoolean(2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4)), cancellationToken)
            .ConfigureAwait(false);
        var after = _time.GetUtcNow();
        findings.Add(version >= MinimumServerVersion
            ? Finding.Ok(Section, "store-reached", connection.Host ?? "", $"PostgreSQL {name} answers.")
            : Finding.Error(Section, "store-version", connection.Host ?? "", $"is PostgreSQL {name}; 14 or later is needed.", "The schema cannot be made there.", "Upgrade the server."));
        if (isReadOnly)
        {
            findings.Add(Finding.Error(Section, "store-read-only", connection.Host ?? "", "takes no writes: it is a replica, or read-only by default.", "No event can be stored.",
                "Host=<the writer's endpoint>, or several hosts and Target Session Attributes=read-write, in Postgres:ConnectionString"));
        }
        if (fsync != "on")
        {
            findings.Add(Finding.Warning(Section, "store-fsync", connection.Host ?? "", "runs with fsync=off.", "A crash of the machine can lose or damage rows that were committed.",
                "ALTER SYSTEM SET fsync = on; SELECT pg_reload_conf();"));
        }
        var difference = server < before ? before - server : server > after ? server - after : TimeSpan.Zero;
        findings.Add(difference <= clockTolerance
            ? Finding.Ok(Section, "store-clock", connection.Host ?? "", "its clock agrees with this machine's.")
            : Finding.Warning(Section, "store-clock", connection.Host ?? "", Invariant($"its clock differs from this machine's by {difference.TotalSeconds:F0} s."),
                "What is stored when, and which partitions are made ahead, follows the server's clock.", "Set both clocks by NTP."));
    }

    private static async Task<bool> SchemaAsync(NpgsqlConnection connection, List<Finding> findings, CancellationToken cancellationToken)
    {
        var (exists, mayUse, mayRead, owner, login) = await RowAsync(connection, """
            SELECT s.oid IS NOT NULL, coalesce(has_schema_privilege(s.oid, 'USAGE'), false),
                   coalesce(has_table_privilege(m.oid, 'SELECT'), false), coalesce(pg_get_userbyid(s.nspowner), ''), session_user::text
            FROM (SELECT) one LEFT JOIN pg_namespace s ON s.nspname = 'audit' LEFT JOIN pg_class m ON m.relnamespace = s.oid AND m.relname = 'migration'
            """, row => (row.GetBoolean(0), row.GetBoolean(1), row.GetBoolean(2), row.GetString(3), row.GetString(4)), cancellationToken).ConfigureAwait(false);
        if (!exists)
        {
            findings.Add(Finding.Error(Section, "store-not-migrated", connection.Database, "has no schema audit.", "No event can be stored.", "auditstream migrate"));
            return false;
        }
        if (owner != "audit_owner")
        {
            findings.Add(Finding.Warning(Section, "store-owner", "schema audit", $"belongs to {owner} instead of audit_owner.",
                "Its owner can drop the tables; it should be a role that nobody logs in as.", "ALTER SCHEMA audit OWNER TO audit_owner;"));
        }
        if (!mayUse || !mayRead)
        {
            findings.Add(Finding.Error(Section, "writer-without-grants", login, "may not use the schema audit.", "No event can be stored.", $"GRANT audit_writer TO \"{login}\";"));
            return false;
        }
        var newest = Migration.Embedded().Where(migration => migration.RunsOnce).Max(migration => migration.Number);
        var (missing, applied) = await StoreCheck.MissingMigrationsAsync(connection, cancellationToken).ConfigureAwait(false);
        findings.Add(missing.Count > 0
            ? Finding.Error(Section, "store-migration-missing", "schema audit", $"lacks {string.Join(", ", missing)}.", "A run refuses to start.", "auditstream migrate")
            : applied == newest
                ? Finding.Ok(Section, "store-migrated", "schema audit", Invariant($"is up to date: migration {applied}."))
                : Finding.Error(Section, "store-ahead", "schema audit", Invariant($"is at migration {applied}; this version knows {newest}."), "A later version of the product made it.", "Run that version."));
        return true;
    }

    private static async Task RightsAsync(NpgsqlConnection connection, List<Finding> findings, CancellationToken cancellationToken)
    {
        const string Rights = """
            SELECT t, has_table_privilege('audit.' || t, 'INSERT'),
                   has_table_privilege('audit.' || t, 'UPDATE, DELETE, TRUNCATE')
            FROM unnest(ARRAY['event', 'dead_letter', 'divergence', 'block', 'checkpoint', 'checkpoint_key']) t WHERE to_regclass('audit.' || t) IS NOT NULL
            """;
        var (login, isSuper, isOwner, lacks) = await RowAsync(connection, """
            SELECT session_user::text, r.rolsuper,
                   coalesce((SELECT pg_has_role(session_user, o.oid, 'MEMBER') FROM pg_roles o WHERE o.rolname = 'audit_owner'), false),
                   ARRAY(SELECT 'EXECUTE on ' || split_part(f, '(', 1)
                         FROM unnest(ARRAY['audit.ensure_partition(timestamptz)', 'audit.known_events(uuid[],timestamptz[])',
                           'audit.claim_shard(integer,text,text)']) f
                         WHERE NOT coalesce(has_function_privilege(to_regprocedure(f), 'EXECUTE'), false))
                   || ARRAY(SELECT 'UPDATE of ' || c || ' on audit.chain_head' FROM unnest(ARRAY['number', 'hash']) c
                         WHERE to_regclass('audit.chain_head') IS NOT NULL AND NOT has_column_privilege(to_regclass('audit.chain_head'), c, 'UPDATE'))
            FROM pg_roles r WHERE r.rolname = session_user
            """, row => (row.GetString(0), row.GetBoolean(1), row.GetBoolean(2), row.GetFieldValue<string[]>(3)), cancellationToken).ConfigureAwait(false);
        if (isSuper || isOwner)
        {
            findings.Add(Finding.Warning(Section, "writer-too-mighty", login, isSuper ? "is a superuser." : "is a member of audit_owner.",
                "Whoever takes over the service can switch off every layer that keeps the trail append-only.",
                "CREATE ROLE auditstream_service LOGIN PASSWORD '…' IN ROLE audit_writer; and that login in Postgres:ConnectionString (migrate has Postgres:OwnerConnectionString)"));
            return;
        }
        var (missing, excess) = (new List<string>(), new List<string>());
        await using (var command = new NpgsqlCommand(Rights, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (!reader.GetBoolean(1))
                    missing.Add($"INSERT on audit.{reader.GetString(0)}");
                if (reader.GetBoolean(2))
                    excess.Add($"audit.{reader.GetString(0)}");
            }
        }
        missing.AddRange(lacks);
        foreach (var table in excess)
        {
            findings.Add(Finding.Warning(Section, "writer-may-change", login, $"may change or delete rows of {table}.",
                "The trail is append-only by triggers alone.", $"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM \"{login}\"; (and from the roles that it is in)"));
        }
        findings.Add(missing.Count == 0
            ? Finding.Ok(Section, "writer", login, excess.Count == 0 ? "may add rows, and neither change nor delete them." : "may add rows.")
            : Finding.Error(Section, "writer-without-grants", login, $"lacks {string.Join(", ", missing)}.", "Not every event can be stored.", $"GRANT audit_writer TO \"{login}\";"));
    }

    private static async Task IdentityAsync(NpgsqlConnection connection, string? fingerprint, List<Finding> findings, CancellationToken cancellationToken)
    {
        if (fingerprint is null)
            return; // the key itself is a finding of its own
        try
        {
            await StoreCheck.RequireIdentityAsync(connection, fingerprint, cancellationToken).ConfigureAwait(false);
            findings.Add(Finding.Ok(Section, "identity-key", fingerprint, "is the identity key of this store."));
        }
        catch (StoreException exception)
        {
            findings.Add(Finding.Error(Section, "identity-key", fingerprint, exception.Message, "The key decides every event's id; a run refuses to start.",
                "Identity:KeyFile=<the file that migrate made for this store>, or auditstream migrate for a store that has none"));
        }
    }

    private static async Task LayersAsync(NpgsqlConnection connection, List<Finding> findings, CancellationToken cancellationToken)
    {
        // That this login is too mighty is said with its rights.
        var problems = await StoreLayers.ProblemsAsync(connection, cancellationToken).ConfigureAwait(false);
        var count = 0;
        foreach (var problem in problems.Where(problem => !problem.IsOfThisLogin))
        {
            count++;
            findings.Add(Finding.Warning(Section, "append-only-layer", problem.Object, $"{problem.Problem}.",
                "Rows that were stored could be changed or removed without a trace in the table.", "docs/STORE.md says what each layer is; SELECT * FROM audit.self_check() shows when it is mended."));
        }
        if (count == 0)
            findings.Add(Finding.Ok(Section, "append-only-layers", "audit.self_check()", "finds every append-only layer in place."));
    }

    private static async Task PartitionsAsync(NpgsqlConnection connection, List<Finding> findings, CancellationToken cancellationToken)
    {
        var (count, limit) = await RowAsync(connection, """
            SELECT (SELECT count(*) FROM audit.partition WHERE retired_at IS NULL),
                   coalesce((SELECT value::bigint FROM audit.setting WHERE name = 'partition_limit'), 0)
            """, row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken).ConfigureAwait(false);
        findings.Add(count * 10 < limit * 9
            ? Finding.Ok(Section, "partitions", "audit.event", Invariant($"has {count} partitions of at most {limit}."))
            : Finding.Warning(Section, "partitions", "audit.event", Invariant($"has {count} partitions of at most {limit}."), "When the limit is reached, events of a new range cannot be stored.",
                "Retire old ranges, or as the owner: UPDATE audit.setting SET value = '1200' WHERE name = 'partition_limit';"));
    }

    private static async Task<T> RowAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Every text is a constant of this class.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? read(reader)
            : throw new InvalidOperationException("A query of the store's diagnosis gave no row.");
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // As above.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        _ = await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using System.Collections.Frozen;
using System.Net.Sockets;
using System.Security.Authentication;
using AuditStream.Core.Sink;
using Npgsql;

namespace AuditStream.Postgres;

/// <summary>Sorts what PostgreSQL and its client throw: wait, stop, or one row's fault.</summary>
/// <remarks>
/// An exact SQLSTATE wins over its class of two characters; what is not listed is systemic: somebody must look. 23514 without a constraint
/// comes from routing (no partition takes the row) and is systemic; with one it is the row's. AUxxx are this schema's own
/// (schemas/audit-table).
/// </remarks>
public static class StoreErrors
{
    /// <summary>The code of errors that come from no server: it was not reached, or the connection broke.</summary>
    public const string ConnectionCode = "connection";

    /// <summary>No partition takes the row: not the row's fault.</summary>
    public const string MissingPartitionCode = "23514-routing";

    /// <summary>A row's id is there already: not an error of the row, and seen by a caller only while another writer writes the same
    /// events.</summary>
    public const string StoredAlreadyCode = "23505-stored";

    /// <summary>The event's range is retired: it is skipped.</summary>
    public const string RetiredCode = "AU003";

    private const string UnexpectedCode = "unexpected";
    private const string TlsCode = "tls";

    // What the client says in words only; a test holds each on a real server.
    private const string NoTls = "SSL connection requested";
    private const string NoHost = "No suitable host was found";

    private static readonly StoreErrorEntry[] entries =
    [
        new("08", StoreErrorClass.Transient, "connection exception", NamesObjectsOnly: true),
        new("21", StoreErrorClass.Systemic, "cardinality violation", Advice: "This is a fault of the product: report it with this message."),
        new("22", StoreErrorClass.Record, "data exception"),
        new("23", StoreErrorClass.Record, "integrity constraint violation"),
        new(MissingPartitionCode, StoreErrorClass.Systemic, "missing partition",
            Advice: "A partition of audit.event was detached while it was written to: see audit.self_check() and attach it or retire its range."),
        new(StoredAlreadyCode, StoreErrorClass.Transient, "another writer writes the same events"),
        new("25006", StoreErrorClass.Transient, "read-only server", NamesObjectsOnly: true),
        new("25P03", StoreErrorClass.Transient, "session idle in a transaction for too long", NamesObjectsOnly: true),
        new("25P04", StoreErrorClass.Transient, "transaction too long", NamesObjectsOnly: true),
        new("28", StoreErrorClass.Systemic, "invalid authorization", NamesObjectsOnly: true,
            Advice: "Check Username and Password of Postgres:ConnectionString, and pg_hba.conf."),
        new("3D000", StoreErrorClass.Systemic, "missing database", NamesObjectsOnly: true, Advice: "Create the database, then run auditstream migrate."),
        new("3F000", StoreErrorClass.Systemic, "missing schema", NamesObjectsOnly: true, Advice: "Run auditstream migrate."),
        new("40", StoreErrorClass.Transient, "transaction rollback", NamesObjectsOnly: true),
        new("42501", StoreErrorClass.Systemic, "insufficient privilege", NamesObjectsOnly: true,
            Advice: "Grant the role audit_writer to the service's login: GRANT audit_writer TO <login>."),
        new("42P01", StoreErrorClass.Systemic, "missing table", NamesObjectsOnly: true, Advice: "Run auditstream migrate."),
        new("42883", StoreErrorClass.Systemic, "missing function", NamesObjectsOnly: true, Advice: "Run auditstream migrate."),
        new("42AU1", StoreErrorClass.Systemic, "row that belongs to no block", NamesObjectsOnly: true,
            Advice: "An instance from before the chain is running: stop it."),
        new("42", StoreErrorClass.Systemic, "syntax error or access rule violation", NamesObjectsOnly: true,
            Advice: "The schema is not the one that this version expects: run auditstream migrate."),
        new("53", StoreErrorClass.Transient, "insufficient resources", NamesObjectsOnly: true),
        new("54", StoreErrorClass.Record, "program limit exceeded"),
        new("55P03", StoreErrorClass.Transient, "lock not available", NamesObjectsOnly: true),
        new("55006", StoreErrorClass.Transient, "object in use", NamesObjectsOnly: true),
        new("57014", StoreErrorClass.Transient, "query canceled", NamesObjectsOnly: true),
        new("57", StoreErrorClass.Transient, "operator intervention", NamesObjectsOnly: true),
        new("58000", StoreErrorClass.Transient, "system error of the server"),
        new("58030", StoreErrorClass.Transient, "input or output error of the server"),
        new("58", StoreErrorClass.Systemic, "system error of the server", Advice: "Files of the server are missing or damaged: see its log."),
        new("XX", StoreErrorClass.Systemic, "internal error of the server", Advice: "See the server's log; its data may be damaged."),
        new("AU001", StoreErrorClass.Record, "instant out of the bounds of partitions"),
        new("AU002", StoreErrorClass.Systemic, "too many partitions", NamesObjectsOnly: true,
            Advice: "Retire old ranges, or raise partition_limit in audit.setting."),
        new(RetiredCode, StoreErrorClass.Record, "retired range"),
        new("AU004", StoreErrorClass.Systemic, "setting that cannot be used", NamesObjectsOnly: true, Advice: "Correct it in audit.setting as the owner."),
        new("AU010", StoreErrorClass.Systemic, "append-only table", NamesObjectsOnly: true, Advice: "Something tried to change audit rows: find out what."),
        new("AU020", StoreErrorClass.Systemic, "missing head of a chain", NamesObjectsOnly: true,
            Advice: "Nothing is written while it is missing. Run auditstream verify --all, find out who removed it, then: SELECT audit.rebuild_chain_head(shard)."),
        new("AU021", StoreErrorClass.Systemic, "head of a chain that is not where its blocks end", NamesObjectsOnly: true,
            Advice: "Tables were restored from backups of different times, or blocks were removed. Run auditstream verify --all, compare with the checkpoints "
                + "outside of the database, then: SELECT audit.rebuild_chain_head(shard)."),
        new("AU022", StoreErrorClass.Systemic, "chain of another topic", NamesObjectsOnly: true,
            Advice: "A store takes the events of one final topic. Put Final:Topic back, use another database, or have the owner give the chain to the new topic: "
                + "UPDATE audit.chain_head SET topic = '…'."),
        new(ConnectionCode, StoreErrorClass.Transient, "the server was not reached or the connection broke"),
        new(TlsCode, StoreErrorClass.Systemic, "TLS was not agreed on", Advice: "Check the server's certificate, Ssl Mode and Root Certificate."),
        new(UnexpectedCode, StoreErrorClass.Systemic, "unexpected error", Advice: "See the server's log."),
    ];

    private static readonly FrozenDictionary<string, StoreErrorEntry> byCode = entries.ToFrozenDictionary(entry => entry.Code);

    /// <summary>The whole table.</summary>
    public static IReadOnlyList<StoreErrorEntry> Table => entries;

    /// <summary>The line for a SQLSTATE.</summary>
    public static StoreErrorEntry Find(string sqlState) =>
        byCode.TryGetValue(sqlState, out var exact) ? exact
        : sqlState.Length >= 2 && byCode.TryGetValue(sqlState[..2], out var ofClass) ? ofClass
        : byCode[UnexpectedCode];

    /// <summary>The line for what was thrown while talking to the store; null when it is none of the store's errors.</summary>
    public static StoreErrorEntry? Classify(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: null or "" } => byCode[MissingPartitionCode],
        PostgresException server when IsStoredAlready(server) => byCode[StoredAlreadyCode],
        PostgresException server => Find(server.SqlState),
        NpgsqlException { InnerException: AuthenticationException } or AuthenticationException => byCode[TlsCode],
        NpgsqlException { InnerException: null } client when client.Message.StartsWith(NoTls, StringComparison.Ordinal) => byCode[TlsCode],
        NpgsqlException or SocketException or IOException or TimeoutException => byCode[ConnectionCode],
        _ => null,
    };

    /// <summary>The exception that leaves this project; null when <paramref name="exception"/> is none of the store's errors.</summary>
    /// <param name="action">What was being done, as the start of a sentence: <c>Writing 500 events</c>.</param>
    /// <param name="exception">What was thrown.</param>
    /// <param name="adviceOf">What to do about a line of the table; not given: what the service says, which tries transient errors again.</param>
    public static StoreException? ToStoreException(string action, Exception exception, Func<StoreErrorEntry, string?>? adviceOf = null)
    {
        if (Classify(exception) is not { } entry)
            return null;
        var server = exception as PostgresException;
        var code = server?.SqlState ?? entry.Code;
        // What could be one row's fault gets here only where no row can be blamed: then somebody must look.
        var errorClass = entry.Class == StoreErrorClass.Record ? StoreErrorClass.Systemic : entry.Class;
        var words = server is null ? CauseOf(exception) : entry.NamesObjectsOnly ? server.MessageText : null;
        var said = words is null ? "" : $": {words}";
        var advice = (adviceOf ?? AdviceOfService)(entry) is { } text ? $" {text}" : "";
        // An error that may quote row values is not passed on, not even as the inner exception.
        return new StoreException(errorClass, code, $"{action} failed: {code}, {entry.Name}{said}.{advice}",
            entry.NamesObjectsOnly || server is null ? exception : null);
    }

    /// <summary>Why there is no connection, in the words of the operating system, which name no secret; null where only the client has words.</summary>
    internal static string? CauseOf(Exception exception)
    {
        if (exception is NpgsqlException && exception.Message.StartsWith(NoHost, StringComparison.Ordinal))
            return "none of the hosts is one that is wanted (who writes wants one that takes writes; Target Session Attributes)";
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is SocketException)
                return cause.Message;
            if (cause is TimeoutException)
                return "it took too long";
        }
        return null;
    }

    private static string? AdviceOfService(StoreErrorEntry entry) =>
        entry.Advice ?? (entry.Class == StoreErrorClass.Transient ? "It is tried again." : null);

    /// <summary>A partition's primary key, and no other constraint that somebody may have added.</summary>
    private static bool IsStoredAlready(PostgresException exception) =>
        exception is { SqlState: PostgresErrorCodes.UniqueViolation, SchemaName: "audit", ConstraintName: { } constraint }
        && constraint.StartsWith("event_", StringComparison.Ordinal) && constraint.EndsWith("_pkey", StringComparison.Ordinal);
}

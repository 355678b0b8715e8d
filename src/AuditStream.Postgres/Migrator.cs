using System.Text;
using AuditStream.Core.Sink;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AuditStream.Postgres;

/// <summary>Makes schema <c>audit</c> and brings it up to date.</summary>
/// <remarks>
/// All in one transaction: either every missing migration ran, or none. Two at once on one database take turns by an advisory lock, and the
/// second finds nothing to do. A migration whose file was changed after it ran is refused, and so is a database that a later version
/// migrated.
/// </remarks>
public sealed class Migrator : IAsyncDisposable
{
    // The files that run every time.
    private const int First = 0;
    private const int Last = 999;

    /// <summary>How long one migration may take: an index over a large table, or the wait for another migrator; seconds.</summary>
    private const int StatementSeconds = 3_600;
    private const string Login = "Postgres:OwnerConnectionString (where it is not given: Postgres:ConnectionString)";

    /// <summary>One migration at a time.</summary>
    internal const string LockSql = "SELECT pg_advisory_xact_lock(7165901542230091121)";

    private readonly NpgsqlDataSource _source;
    private readonly IReadOnlyList<Migration> _migrations;
    private readonly ILogger<Migrator> _logger;

    /// <summary>Makes a migrator with the migrations of this program; nothing connects yet.</summary>
    public Migrator(PostgresOptions options, ILogger<Migrator> logger)
        : this(options, Migration.Embedded(), logger)
    {
    }

    internal Migrator(PostgresOptions options, IReadOnlyList<Migration> migrations, ILogger<Migrator> logger)
    {
        _source = DataSources.Build(options with { CommandTimeoutSeconds = StatementSeconds });
        _migrations = migrations;
        _logger = logger;
    }

    /// <summary>All of it as a script: what <see cref="MigrateAsync"/> does on an empty database.</summary>
    public static string Script()
    {
        var migrations = Migration.Embedded();
        return MigrationScript.Of(migrations, [.. migrations.Where(migration => migration.RunsOnce)], fingerprint: null);
    }

    /// <summary>Runs what is missing.</summary>
    /// <returns>The names of the migrations that ran now; empty when the schema was up to date.</returns>
    /// <exception cref="StoreException">Transient: the server was not reached. Systemic: a right is missing, a file changed after it ran,
    /// or the database is ahead of this version; nothing was changed.</exception>
    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken) =>
        AsOwnerAsync("Migrating the audit store", RunMissingAsync, cancellationToken);

    /// <summary>What <see cref="MigrateAsync"/> and <see cref="EnsureIdentityAsync"/> would do; changes nothing, and needs no more than a login that may read
    /// <c>audit.migration</c> and <c>audit.identity</c>.</summary>
    /// <param name="fingerprint">The fingerprint of the identity key; null where there is none yet.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="StoreException">As of the two.</exception>
    public async Task<MigrationPlan> PlanAsync(string? fingerprint, CancellationToken cancellationToken)
    {
        const string Action = "Reading the audit store's migrations";
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            var applied = await AppliedAsync(connection, cancellationToken).ConfigureAwait(false);
            var missing = Missing(applied);
            var storesFingerprint = fingerprint is not null
                && (applied.Count == 0 || !await HasFingerprintAsync(connection, fingerprint, cancellationToken).ConfigureAwait(false));
            var sql = missing.Count == 0 && !storesFingerprint ? "" : MigrationScript.Of(_migrations, missing, storesFingerprint ? fingerprint : null);
            return new MigrationPlan([.. missing.Select(migration => migration.Name)], storesFingerprint, sql);
        }
        catch (Exception exception) when (StoreErrors.ToStoreException(Action, exception, Advice) is { } error)
        {
            throw error;
        }
    }

    /// <summary>Stores the fingerprint of the identity key, once; needs a migrated schema.</summary>
    /// <returns>True when it was stored now, false when it was there.</returns>
    /// <exception cref="StoreException">Systemic with code <c>identity</c>: another key made the ids of this store.</exception>
    public Task<bool> EnsureIdentityAsync(string fingerprint, CancellationToken cancellationToken) =>
        AsOwnerAsync("Storing the identity key's fingerprint", async (connection, token) =>
        {
            await using var insert = new NpgsqlCommand("INSERT INTO audit.identity (fingerprint) VALUES ($1) ON CONFLICT DO NOTHING", connection);
            insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = fingerprint });
            var stored = await insert.ExecuteNonQueryAsync(token).ConfigureAwait(false) == 1;
            await StoreCheck.RequireIdentityAsync(connection, fingerprint, token).ConfigureAwait(false);
            return stored;
        }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    // A migration runs once, as the owner: nothing is tried again, and the service's rights are not what is missing.
    private static string? Advice(StoreErrorEntry entry) => entry switch
    {
        { Code: StoreErrors.ConnectionCode } => $"Start the server, or correct Host and Port of {Login}; then run it again.",
        { Class: StoreErrorClass.Transient } => "Nothing was changed: run it again.",
        { Code: "28" } => $"Check Username and Password of {Login}, and pg_hba.conf.",
        { Code: "42501" } => null, // the message says which right
        _ => entry.Advice,
    };

    // The store's own key: another one is refused, as it would be by the migration.
    private static async Task<bool> HasFingerprintAsync(NpgsqlConnection connection, string fingerprint, CancellationToken cancellationToken)
    {
        await using (var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM audit.identity WHERE retired_at IS NULL)", connection))
        {
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
                return false;
        }
        await StoreCheck.RequireIdentityAsync(connection, fingerprint, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<T> AsOwnerAsync<T>(
        string action, Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, LockSql, cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, Sql(First), cancellationToken).ConfigureAwait(false);
            var result = await work(connection, cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, Sql(Last), cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return result;
        }
        catch (Exception exception) when (StoreErrors.ToStoreException(action, exception, Advice) is { } error)
        {
            throw error;
        }
    }

    private async Task<IReadOnlyList<string>> RunMissingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var ran = new List<string>();
        foreach (var migration in Missing(await AppliedAsync(connection, cancellationToken).ConfigureAwait(false)))
        {
            await ExecuteAsync(connection, migration.Sql, cancellationToken).ConfigureAwait(false);
            await using var record = new NpgsqlCommand("INSERT INTO audit.migration (number, name, checksum) VALUES ($1, $2, $3)", connection);
            record.Parameters.Add(new NpgsqlParameter<int> { TypedValue = migration.Number });
            record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Name });
            record.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = migration.Checksum });
            _ = await record.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            _logger.MigrationRan(migration.Name);
            ran.Add(migration.Name);
        }
        return ran;
    }

    private List<Migration> Missing(Dictionary<int, byte[]> applied)
    {
        var once = _migrations.Where(migration => migration.RunsOnce).ToList();
        if (applied.Keys.Except(once.Select(migration => migration.Number)).Order().ToArray() is { Length: > 0 } unknown)
        {
            throw new StoreException(StoreErrorClass.Systemic, "migration", "Migrating the audit store failed: a later version of the product made it "
                + $"(migration {unknown[^1]} is not known here). Use that version.", null);
        }
        if (once.Find(migration => IsAnotherFile(migration, applied)) is { } changed)
        {
            throw new StoreException(StoreErrorClass.Systemic, "migration", $"Migrating the audit store failed: {changed.Name} is not the file that ran "
                + "here (its checksum in audit.migration is another). A migration never changes: add a new one.", null);
        }
        return [.. once.Where(migration => !applied.ContainsKey(migration.Number))];
    }

    private static bool IsAnotherFile(Migration migration, Dictionary<int, byte[]> applied) =>
        applied.TryGetValue(migration.Number, out var checksum) && !checksum.AsSpan().SequenceEqual(migration.Checksum);

    private string Sql(int number) => _migrations.First(migration => migration.Number == number).Sql;

    private static async Task<Dictionary<int, byte[]>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = new Dictionary<int, byte[]>();
        await using (var exists = new NpgsqlCommand("SELECT to_regclass('audit.migration') IS NOT NULL", connection))
        {
            if (await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
                return applied;
        }
        await using var command = new NpgsqlCommand("SELECT number, checksum FROM audit.migration", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            applied.Add(reader.GetInt32(0), reader.GetFieldValue<byte[]>(1));
        return applied;
    }

    // CA2100: the text is a file of this program.
#pragma warning disable CA2100
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        _ = await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
#pragma warning restore CA2100
}

using AuditStream.Core.Sink;
using Npgsql;

namespace AuditStream.Postgres;

/// <summary>What a run asks of the store before it writes: is it migrated, by this identity key, and are its layers in place?</summary>
public sealed class StoreCheck : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;

    /// <summary>Makes the check; nothing connects yet.</summary>
    /// <param name="options">The writer's login.</param>
    public StoreCheck(PostgresOptions options) => _source = DataSources.Build(options);

    /// <summary>Ends without a word when the store is migrated for this version and its ids were made by this identity key.</summary>
    /// <exception cref="StoreException">Transient: the server was not reached; ask again. Systemic: <c>migration</c>, <c>identity</c>, or a
    /// missing right; the message says what to do.</exception>
    public async Task RequireAsync(string fingerprint, CancellationToken cancellationToken)
    {
        const string Action = "Checking the audit store";
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await RequireMigratedAsync(connection, cancellationToken).ConfigureAwait(false);
            await RequireIdentityAsync(connection, fingerprint, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (StoreErrors.ToStoreException(Action, exception) is { } error)
        {
            throw error;
        }
    }

    /// <summary>What is wrong with the append-only layers, for this login: what <c>audit.self_check()</c> finds, and functions that are not the ones
    /// of the migrations. Empty: nothing.</summary>
    /// <exception cref="StoreException">Transient or systemic.</exception>
    public async Task<IReadOnlyList<StoreProblem>> SelfCheckAsync(CancellationToken cancellationToken)
    {
        const string Action = "Checking the audit store's layers";
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            return await StoreLayers.ProblemsAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (StoreErrors.ToStoreException(Action, exception) is { } error)
        {
            throw error;
        }
    }

    /// <summary>Makes the partition that events will go to within the hour, unless it is there.</summary>
    /// <exception cref="StoreException">Transient or systemic.</exception>
    public async Task EnsurePartitionAheadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = _source.CreateCommand("SELECT audit.ensure_partition_ahead()");
            _ = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (StoreErrors.ToStoreException("Making a partition ahead", exception) is { } error)
        {
            throw error;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    internal static async Task RequireIdentityAsync(NpgsqlConnection connection, string fingerprint, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT fingerprint FROM audit.identity WHERE retired_at IS NULL", connection);
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not string stored)
        {
            throw new StoreException(StoreErrorClass.Systemic, "identity",
                "Checking the audit store failed: it knows no identity key yet. Run auditstream migrate with this configuration.", null);
        }
        if (!string.Equals(stored, fingerprint, StringComparison.Ordinal))
        {
            throw new StoreException(StoreErrorClass.Systemic, "identity", $"Checking the audit store failed: its ids were made by the identity key "
                + $"{stored}, this configuration has {fingerprint}. With another key every change would be stored a second time: configure the first key.",
                null);
        }
    }

    private static async Task RequireMigratedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using (var exists = new NpgsqlCommand("SELECT to_regnamespace('audit') IS NOT NULL", connection))
        {
            if (await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
                throw NotMigrated("the database is not migrated");
        }
        var (missing, _) = await MissingMigrationsAsync(connection, cancellationToken).ConfigureAwait(false);
        if (missing.Count > 0)
            throw NotMigrated($"the database lacks {string.Join(", ", missing)}");
    }

    private static StoreException NotMigrated(string fault) => new(
        StoreErrorClass.Systemic, "migration", $"Checking the audit store failed: {fault}. Run auditstream migrate.", null);

    /// <summary>The migrations of this program that did not run there, by name: each one counts, not the highest number. And the highest number
    /// there; 0 for none.</summary>
    internal static async Task<(IReadOnlyList<string> Missing, int Newest)> MissingMigrationsAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = new HashSet<int>();
        await using var command = new NpgsqlCommand("SELECT number FROM audit.migration", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            _ = applied.Add(reader.GetInt32(0));
        return ([.. Migration.Embedded().Where(migration => migration.RunsOnce && !applied.Contains(migration.Number)).Select(migration => migration.Name)],
            applied.Count == 0 ? 0 : applied.Max());
    }
}

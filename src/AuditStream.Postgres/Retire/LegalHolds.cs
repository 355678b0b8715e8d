using Npgsql;

namespace AuditStream.Postgres.Retire;

/// <summary>Places, lists and releases legal holds.</summary>
public sealed class LegalHolds : IAsyncDisposable
{
    private const string ListSql = "SELECT name, nullif(covers_from, '-infinity'), nullif(covers_to, 'infinity'), reason, placed_by, placed_at, released_at, released_by, "
        + "release_reason FROM audit.holds() ORDER BY released_at IS NOT NULL, placed_at";

    private const string AddSql = "INSERT INTO audit.legal_hold (name, covers_from, covers_to, reason, placed_by) "
        + "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";

    private const string ReleaseSql = "INSERT INTO audit.legal_hold_release (name, reason, released_by) "
        + "SELECT h.name, $2, $3 FROM audit.legal_hold h WHERE h.name = $1 ON CONFLICT DO NOTHING";

    private readonly NpgsqlDataSource source;

    /// <summary>Makes it; nothing connects yet.</summary>
    /// <param name="options">To list: the reader's login. To place and release: a login that may become audit_owner, as for <see cref="Migrator"/>.</param>
    public LegalHolds(PostgresOptions options) => source = DataSources.Build(options);

    /// <summary>All holds, those that hold first.</summary>
    /// <exception cref="Core.Sink.StoreException">The store was not reached, or a right or the schema is missing.</exception>
    public async Task<IReadOnlyList<LegalHold>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = source.CreateCommand(ListSql);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            var holds = new List<LegalHold>();
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                holds.Add(new LegalHold(reader.GetString(0), InstantOf(reader, 1), InstantOf(reader, 2), reader.GetString(3), reader.GetString(4),
                    reader.GetFieldValue<DateTimeOffset>(5),
                    InstantOf(reader, 6) is { } at ? new LegalHoldRelease(at, reader.GetString(7), reader.GetString(8)) : null));
            }
            return holds;
        }
        catch (Exception exception) when (StoreErrors.ToStoreException("Listing holds", exception) is { } error)
        {
            throw error;
        }
    }

    /// <summary>Places a hold; when this returns, no range that it touches is dropped any more.</summary>
    /// <returns>False: there is, or was, a hold of this name.</returns>
    /// <exception cref="Core.Sink.StoreException">The store was not reached, or a right is missing.</exception>
    public Task<bool> AddAsync(string name, DateTimeOffset? from, DateTimeOffset? to, string reason, string by, CancellationToken cancellationToken) =>
        InsertAsync("Placing a hold", AddSql, cancellationToken, name, Instant(from, DateTime.MinValue), Instant(to, DateTime.MaxValue), reason, by);

    /// <summary>Whether a hold of this name holds; with the login that places and releases.</summary>
    /// <exception cref="Core.Sink.StoreException">As of <see cref="AddAsync"/>.</exception>
    public Task<bool> IsHeldAsync(string name, CancellationToken cancellationToken) =>
        OwnerWork.RunAsync(source, "Looking for a hold", async (connection, _, token) =>
        {
            await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT FROM audit.holds() WHERE name = $1 AND released_at IS NULL)", connection);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = PostgresText.Storable(name) });
            return await command.ExecuteScalarAsync(token).ConfigureAwait(false) is true;
        }, cancellationToken);

    /// <summary>Releases a hold.</summary>
    /// <returns>False: there is none of this name, or it was released before.</returns>
    /// <exception cref="Core.Sink.StoreException">As of <see cref="AddAsync"/>.</exception>
    public Task<bool> ReleaseAsync(string name, string reason, string by, CancellationToken cancellationToken) =>
        InsertAsync("Releasing a hold", ReleaseSql, cancellationToken, name, reason, by);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();

    private Task<bool> InsertAsync(string action, string sql, CancellationToken cancellationToken, params object[] values) =>
        OwnerWork.RunAsync(source, action, async (connection, _, token) =>
        {
            // CA2100: the text is one of the constants above.
#pragma warning disable CA2100
            await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
            foreach (var value in values)
                command.Parameters.Add(new NpgsqlParameter { Value = value is string text ? PostgresText.Storable(text) : value });
            return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false) == 1;
        }, cancellationToken);

    // Npgsql sends the least and the greatest DateTime as -infinity and infinity.
    private static DateTime Instant(DateTimeOffset? instant, DateTime otherwise) => DateTime.SpecifyKind(instant?.UtcDateTime ?? otherwise, DateTimeKind.Utc);

    private static DateTimeOffset? InstantOf(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}

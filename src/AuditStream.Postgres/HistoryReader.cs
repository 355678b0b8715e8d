using Npgsql;
using NpgsqlTypes;

namespace AuditStream.Postgres;

/// <summary>Reads the audit tables with the reader's login: a row's history, and counts.</summary>
/// <remarks>Counts read the whole table: they are for small ones, such as the demo's.</remarks>
public sealed class HistoryReader : IAsyncDisposable
{
    /// <summary>How many events one call gives at most.</summary>
    public const int MaxEvents = 10_000;

    private const string HistorySql = "SELECT occurred_at, operation, changed, actor, transaction_id, source_position, shard, stream_offset, event_id, "
        + "body::text FROM audit.history($1, $2, $3, $4) LIMIT $5";

    private const string BusiestSql = "SELECT source, schema_name, table_name, key FROM audit.event WHERE key IS NOT NULL "
        + "GROUP BY source, schema_name, table_name, key ORDER BY count(DISTINCT operation) DESC, count(*) DESC, key LIMIT 1";

    private readonly NpgsqlDataSource _source;

    /// <summary>Makes a reader; nothing connects yet.</summary>
    public HistoryReader(PostgresOptions options) => _source = DataSources.Build(options);

    /// <summary>The events of one row, oldest first, at most <see cref="MaxEvents"/>.</summary>
    /// <exception cref="Core.Sink.StoreException">The store was not reached, or a right or the schema is missing.</exception>
    public Task<IReadOnlyList<HistoryEntry>> HistoryAsync(RowAddress row, CancellationToken cancellationToken) =>
        ReadAsync("Reading a row's history", HistorySql, EntryOf, cancellationToken,
            Text(row.Source), Text(row.Schema), Text(row.Table), Text(row.Key), new NpgsqlParameter<int> { TypedValue = MaxEvents });

    /// <summary>The row with the most kinds of operations, then the most events: a good example to show. Null in an empty table.</summary>
    /// <exception cref="Core.Sink.StoreException">As of <see cref="HistoryAsync"/>.</exception>
    public async Task<RowAddress?> BusiestRowAsync(CancellationToken cancellationToken)
    {
        var rows = await ReadAsync("Looking for a row", BusiestSql,
            reader => new RowAddress(reader.GetString(0), TextOrNull(reader, 1), TextOrNull(reader, 2), TextOrNull(reader, 3)),
            cancellationToken).ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Events by source and operation, in the order of their names.</summary>
    /// <exception cref="Core.Sink.StoreException">As of <see cref="HistoryAsync"/>.</exception>
    public Task<IReadOnlyList<OperationCount>> OperationsAsync(CancellationToken cancellationToken) =>
        ReadAsync("Counting events", "SELECT source, operation, count(*) FROM audit.event GROUP BY source, operation ORDER BY source, operation",
            reader => new OperationCount(reader.GetString(0), reader.GetString(1), reader.GetInt64(2)), cancellationToken);

    /// <summary>Dead letters by stage and reason, in the order of their names.</summary>
    /// <exception cref="Core.Sink.StoreException">As of <see cref="HistoryAsync"/>.</exception>
    public Task<IReadOnlyList<DeadLetterCount>> DeadLettersAsync(CancellationToken cancellationToken) =>
        ReadAsync("Counting dead letters", "SELECT stage, reason, count(*) FROM audit.dead_letter GROUP BY stage, reason ORDER BY stage, reason",
            reader => new DeadLetterCount(reader.GetString(0), reader.GetString(1), reader.GetInt64(2)), cancellationToken);

    /// <summary>How many events are in quarantine because they came with other facts than the stored ones.</summary>
    /// <exception cref="Core.Sink.StoreException">As of <see cref="HistoryAsync"/>.</exception>
    public async Task<long> DivergencesAsync(CancellationToken cancellationToken) =>
        (await ReadAsync("Counting divergences", "SELECT count(*) FROM audit.divergence", reader => reader.GetInt64(0), cancellationToken)
            .ConfigureAwait(false))[0];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<IReadOnlyList<T>> ReadAsync<T>(
        string action, string sql, Func<NpgsqlDataReader, T> convert, CancellationToken cancellationToken,
        params NpgsqlParameter[] parameters)
    {
        try
        {
            await using var command = _source.CreateCommand(sql);
            command.Parameters.AddRange(parameters);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                rows.Add(convert(reader));
            return rows;
        }
        catch (Exception exception) when (StoreErrors.ToStoreException(action, exception) is { } error)
        {
            throw error;
        }
    }

    private static HistoryEntry EntryOf(NpgsqlDataReader reader) => new(
        reader.GetFieldValue<DateTimeOffset>(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<string[]>(2),
        TextOrNull(reader, 3), TextOrNull(reader, 4), TextOrNull(reader, 5), reader.GetInt32(6), reader.GetInt64(7), reader.GetGuid(8),
        reader.GetString(9));

    private static string? TextOrNull(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static NpgsqlParameter Text(string? value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Text, Value = value is null ? DBNull.Value : PostgresText.Storable(value) };
}

using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;

namespace AuditStream.Postgres;

/// <summary>Asks the audit store with the reader's login: what the functions of <c>schemas/audit-table/011_asking.sql</c> answer.</summary>
/// <remarks>Events come as their bodies, canonical JSON, one after the other as the server sends them; the caller stops when it has enough.</remarks>
public sealed class AuditReader : IAsyncDisposable
{
    private const string HistorySql = "SELECT body::text FROM audit.history($1, $2, $3, $4, $5, $6)";
    private const string TransactionSql = "SELECT body::text FROM audit.transaction($1, $2, $3, $4)";
    private const string ActivitySql = "SELECT body::text FROM audit.actor_activity($1, $2, $3, $4)";

    private const string RowSql = "SELECT state, \"row\"::text, unknown, is_whole, hidden, as_of, operation, event_id, note FROM audit.row_at($1, $2, $3, $4, $5)";

    private const string ChangesSql = "SELECT occurred_at, operation, key, is_certain, old::text, new::text, actor, transaction_id, event_id "
        + "FROM audit.changes_of($1, $2, $3, $4, $5, $6, $7, $8)";

    private const string GapsSql = "SELECT kind, source, subject, occurred_at, expected, found, from_offset, to_offset, note FROM audit.gaps($1, $2, $3)";

    private const string ExampleSql = "SELECT key FROM audit.event WHERE source = $1 AND schema_name IS NOT DISTINCT FROM $2 AND table_name = $3 AND "
        + "key_hash IS NOT NULL LIMIT 1";

    private readonly NpgsqlDataSource _source;

    /// <summary>Makes a reader; nothing connects yet.</summary>
    /// <param name="options">A login with the role audit_reader.</param>
    public AuditReader(PostgresOptions options) => _source = DataSources.Build(options);

    /// <summary>The tables that have events, in the order of their names.</summary>
    /// <exception cref="Core.Sink.StoreException">The store was not reached, or a right or the schema is missing.</exception>
    public IAsyncEnumerable<TableAddress> TablesAsync(CancellationToken cancellationToken) => ReadAsync(
        "Listing tables", "SELECT source, schema_name, table_name FROM audit.tables()",
        reader => new TableAddress(reader.GetString(0), TextOrNull(reader, 1), reader.GetString(2)), [], cancellationToken);

    /// <summary>The key of some row of a table, canonical JSON; null when none has one. Tells the names of the key's columns.</summary>
    /// <exception cref="Core.Sink.StoreException">As of <see cref="TablesAsync"/>.</exception>
    public async Task<string?> ExampleKeyAsync(TableAddress table, CancellationToken cancellationToken)
    {
        await foreach (var key in ReadAsync("Looking for a key", ExampleSql, reader => TextOrNull(reader, 0),
            [Text(table.Source), Text(table.Schema), Text(table.Table)], cancellationToken).ConfigureAwait(false))
            return key;
        return null;
    }

    /// <summary>The events of one row, oldest first.</summary>
    /// <exception cref="Core.Sink.StoreException">As of <see cref="TablesAsync"/>.</exception>
    public IAsyncEnumerable<string> HistoryAsync(RowAddress row, TimeWindow window, CancellationToken cancellationToken) => ReadAsync(
        "Reading a row's history", HistorySql, reader => reader.GetString(0),
        [Text(row.Source), Text(row.Schema), Text(row.Table), Text(row.Key), Since(window), Until(window)], cancellationToken);

    /// <summary>One row as it was at an instant.</summary>
    /// <exception cref="Core.Sink.StoreException">As of <see cref="TablesAsync"/>.</exception>
    public async Task<RowState> RowAtAsync(RowAddress row, DateTimeOffset instant, CancellationToken cancellationToken)
    {
        await foreach (var state in ReadAsync("Reading a row", RowSql, StateOf,
            [Text(row.Source), Text(row.Schema), Text(row.Table), Text(row.Key), Instant(instant.UtcDateTime)], cancellationToken).ConfigureAwait(false))
            return state;
        throw new InvalidOperationException("audit.row_at gave no row.");
    }

    /// <summary>The changes of one column, oldest first.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="column">Its name.</param>
    /// <param name="key">Of this row only, canonical JSON; null: of all.</param>
    /// <param name="window">When.</param>
    /// <param name="withPossible">Also events that do not tell whether the column changed.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="Core.Sink.StoreException">As of <see cref="TablesAsync"/>.</exception>
    public IAsyncEnumerable<ColumnChange> ChangesAsync(
        TableAddress table, string column, string? key, TimeWindow window, bool withPossible, CancellationToken cancellationToken) => ReadAsync(
            "Reading a column's changes", ChangesSql, ChangeOf,
            [Text(column), Since(window), Until(window), Text(table.Source), Text(table.Schema), Text(table.Table), Text(key),
                new NpgsqlParameter<bool> { TypedValue = withPossible }], cancellationToken);

    /// <summary>The events of one transaction, in its order where that is known.</summary>
    /// <exception cref="Core.Sink.StoreException">As of <see cref="TablesAsync"/>.</exception>
    public IAsyncEnumerable<string> TransactionAsync(string source, string id, TimeWindow window, CancellationToken cancellationToken) => ReadAsync(
        "Reading a transaction", TransactionSql, reader => reader.GetString(0), [Text(source), Text(id), Since(window), Until(window)], cancellationToken);

    /// <summary>What one actor did, oldest first.</summary>
    /// <param name="actor">Who, as the events name them.</param>
    /// <param name="source">In this source only; null: in all.</param>
    /// <param name="window">When.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="Core.Sink.StoreException">As of <see cref="TablesAsync"/>.</exception>
    public IAsyncEnumerable<string> ActivityAsync(string actor, string? source, TimeWindow window, CancellationToken cancellationToken) => ReadAsync(
        "Reading an actor's events", ActivitySql, reader => reader.GetString(0), [Text(actor), Since(window), Until(window), Text(source)], cancellationToken);

    /// <summary>What is not all there: transactions with fewer events than their source counted, raw offsets that no ledger covers.</summary>
    /// <param name="window">When.</param>
    /// <param name="settle">How long after its end was stored a transaction may still be on its way.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="Core.Sink.StoreException">As of <see cref="TablesAsync"/>.</exception>
    public IAsyncEnumerable<StoreGap> GapsAsync(TimeWindow window, TimeSpan settle, CancellationToken cancellationToken) => ReadAsync(
        "Looking for gaps", GapsSql, GapOf, [Since(window), Until(window), new NpgsqlParameter<TimeSpan> { TypedValue = settle }], cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async IAsyncEnumerable<T> ReadAsync<T>(
        string action, string sql, Func<NpgsqlDataReader, T> convert, NpgsqlParameter[] parameters,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var command = _source.CreateCommand(sql);
        command.Parameters.AddRange(parameters);
        await using var reader = await TryAsync(action, () => command.ExecuteReaderAsync(cancellationToken)).ConfigureAwait(false);
        while (await TryAsync(action, () => reader.ReadAsync(cancellationToken)).ConfigureAwait(false))
            yield return convert(reader);
    }

    private static async Task<T> TryAsync<T>(string action, Func<Task<T>> read)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (Exception exception) when (StoreErrors.ToStoreException(action, exception, AdviceOf) is { } error)
        {
            throw error;
        }
    }

    private static string? AdviceOf(StoreErrorEntry entry) => entry switch
    {
        { Code: "42501" } => "GRANT audit_reader TO this login, or name a login that has it in Postgres:ReaderConnectionString.",
        { Code: "28" } => "Check Username and Password of Postgres:ReaderConnectionString (where it is not given: Postgres:ConnectionString), and pg_hba.conf.",
        _ => entry.Advice,
    };

    private static RowState StateOf(NpgsqlDataReader reader) => new(
        reader.GetString(0), TextOrNull(reader, 1), reader.IsDBNull(2) ? null : reader.GetFieldValue<string[]>(2),
        reader.IsDBNull(3) ? null : reader.GetBoolean(3),
        reader.IsDBNull(4) ? null : reader.GetFieldValue<string[]>(4), reader.IsDBNull(5) ? null : reader.GetFieldValue<DateTimeOffset>(5),
        TextOrNull(reader, 6), reader.IsDBNull(7) ? null : reader.GetGuid(7), TextOrNull(reader, 8));

    private static ColumnChange ChangeOf(NpgsqlDataReader reader) => new(
        reader.GetFieldValue<DateTimeOffset>(0), reader.GetString(1), TextOrNull(reader, 2), reader.GetBoolean(3), TextOrNull(reader, 4), TextOrNull(reader, 5),
        TextOrNull(reader, 6), TextOrNull(reader, 7), reader.GetGuid(8));

    private static StoreGap GapOf(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3),
        NumberOrNull(reader, 4), NumberOrNull(reader, 5), NumberOrNull(reader, 6), NumberOrNull(reader, 7), reader.GetString(8));

    private static long? NumberOrNull(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    private static string? TextOrNull(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static NpgsqlParameter Text(string? value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Text, Value = value is null ? DBNull.Value : PostgresText.Storable(value) };

    // Npgsql sends the least and the greatest DateTime as -infinity and infinity.
    private static NpgsqlParameter<DateTime> Since(TimeWindow window) => Instant(window.Since?.UtcDateTime ?? DateTime.MinValue);

    private static NpgsqlParameter<DateTime> Until(TimeWindow window) => Instant(window.Until?.UtcDateTime ?? DateTime.MaxValue);

    private static NpgsqlParameter<DateTime> Instant(DateTime utc) =>
        new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, TypedValue = DateTime.SpecifyKind(utc, DateTimeKind.Utc) };
}

using System.Text;
using AuditStream.Core.Sink;
using Npgsql;
using NpgsqlTypes;

namespace AuditStream.Postgres;

/// <summary>Writes dead letters and divergences, in the connection's transaction. Both are idempotent by their primary keys.</summary>
internal static class RefusedInsert
{
    /// <summary>How many rows one round trip takes.</summary>
    private const int RowsPerRoundTrip = 500;

    /// <summary>The end of the year 9999: what a producer made later than this is no time that readers know, and no time for
    /// PostgreSQL.</summary>
    private static readonly long LatestMilliseconds = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private const string DeadLetterSql =
        "INSERT INTO audit.dead_letter (stage, topic, topic_partition, topic_offset, reason, message, recorded_at, record_key, record_value, headers) "
        + "VALUES ($1, $2, $3, $4, $5, $6, 'epoch'::timestamptz + $7 * interval '1 millisecond', $8, $9, $10) ON CONFLICT DO NOTHING";

    private const string DivergenceSql =
        "INSERT INTO audit.divergence (event_id, occurred_at, shard, stream_offset, fact_scheme, fact_hash, stored_fact_hash, operation, source, "
        + "schema_name, table_name, key, body) VALUES ($1, 'epoch'::timestamptz + $2 * interval '1 millisecond', $3, $4, $5, $6, $7, $8, $9, $10, $11, "
        + "$12, $13) ON CONFLICT DO NOTHING";

    /// <summary>Writes dead letters.</summary>
    /// <returns>How many are new.</returns>
    public static async Task<int> WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<DeadLetterRow> rows, CancellationToken cancellationToken)
    {
        var written = 0;
        foreach (var chunk in rows.Chunk(RowsPerRoundTrip))
        {
            await using var batch = new NpgsqlBatch(connection);
            foreach (var row in chunk)
                batch.BatchCommands.Add(CommandFor(row));
            written += await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        return written;
    }

    /// <summary>Quarantines events with other facts than the stored ones.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<(AuditRow Row, byte[] StoredFactHash)> rows, CancellationToken cancellationToken)
    {
        foreach (var chunk in rows.Chunk(RowsPerRoundTrip))
        {
            await using var batch = new NpgsqlBatch(connection);
            foreach (var (row, storedFactHash) in chunk)
                batch.BatchCommands.Add(CommandFor(row, storedFactHash));
            _ = await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static NpgsqlBatchCommand CommandFor(DeadLetterRow row)
    {
        var command = new NpgsqlBatchCommand(DeadLetterSql);
        Add(command, NpgsqlDbType.Text, PostgresText.Storable(row.Stage));
        Add(command, NpgsqlDbType.Text, PostgresText.Storable(row.Topic));
        Add(command, NpgsqlDbType.Integer, row.Partition);
        Add(command, NpgsqlDbType.Bigint, row.Offset);
        Add(command, NpgsqlDbType.Text, PostgresText.Storable(row.Reason));
        Add(command, NpgsqlDbType.Text, PostgresText.Storable(row.Message));
        Add(command, NpgsqlDbType.Bigint, row.TimestampMilliseconds < 0 || row.TimestampMilliseconds > LatestMilliseconds ? null : row.TimestampMilliseconds);
        Add(command, NpgsqlDbType.Bytea, row.Key);
        Add(command, NpgsqlDbType.Bytea, row.Value);
        Add(command, NpgsqlDbType.Json, PostgresText.Storable(row.HeadersJson));
        return command;
    }

    private static NpgsqlBatchCommand CommandFor(AuditRow row, byte[] storedFactHash)
    {
        var command = new NpgsqlBatchCommand(DivergenceSql);
        Add(command, NpgsqlDbType.Uuid, row.EventId);
        Add(command, NpgsqlDbType.Bigint, row.OccurredAtMilliseconds);
        Add(command, NpgsqlDbType.Integer, row.Shard);
        Add(command, NpgsqlDbType.Bigint, row.StreamOffset);
        Add(command, NpgsqlDbType.Smallint, row.FactScheme);
        Add(command, NpgsqlDbType.Bytea, row.FactHash);
        Add(command, NpgsqlDbType.Bytea, storedFactHash);
        Add(command, NpgsqlDbType.Text, PostgresText.Storable(row.Operation));
        Add(command, NpgsqlDbType.Text, PostgresText.Storable(row.Source));
        Add(command, NpgsqlDbType.Text, row.Schema is { } schema ? PostgresText.Storable(schema) : null);
        Add(command, NpgsqlDbType.Text, row.Table is { } table ? PostgresText.Storable(table) : null);
        Add(command, NpgsqlDbType.Text, row.Key is { } key ? PostgresText.Storable(key) : null);
        Add(command, NpgsqlDbType.Json, Encoding.UTF8.GetString(row.Body.Span));
        return command;
    }

    private static void Add(NpgsqlBatchCommand command, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
}

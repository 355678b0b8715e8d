using System.Security.Cryptography;
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
    private const int SaltBytes = 16;

    /// <summary>The end of the year 9999: what a producer made later than this is no time that readers know, and no time for
    /// PostgreSQL.</summary>
    private static readonly long LatestMilliseconds = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private const string DeadLetterSql =
        "INSERT INTO audit.dead_letter (stage, topic, topic_partition, topic_offset, reason, message, recorded_at, record_key, record_value, headers, "
        + "shard, block, salt) VALUES ($1, $2, $3, $4, $5, $6, 'epoch'::timestamptz + $7 * interval '1 millisecond', $8, $9, $10, $11, $12, $13) "
        + "ON CONFLICT DO NOTHING";

    private const string DivergenceSql =
        "INSERT INTO audit.divergence (event_id, occurred_at, shard, stream_offset, fact_scheme, fact_hash, stored_fact_hash, operation, source, "
        + "schema_name, table_name, key, body, block) VALUES ($1, 'epoch'::timestamptz + $2 * interval '1 millisecond', $3, $4, $5, $6, $7, $8, $9, $10, $11, "
        + "$12, $13, $14) ON CONFLICT DO NOTHING";

    /// <summary>Writes dead letters, and adds those that are new to their shards' blocks.</summary>
    /// <returns>How many are new.</returns>
    public static async Task<int> WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<DeadLetterRow> rows, OpenBlocks blocks, CancellationToken cancellationToken)
    {
        var written = 0;
        foreach (var chunk in rows.Chunk(RowsPerRoundTrip))
        {
            var stored = Array.ConvertAll(chunk, AsStored);
            var salts = Array.ConvertAll(chunk, _ => RandomNumberGenerator.GetBytes(SaltBytes));
            await using var batch = new NpgsqlBatch(connection);
            for (var index = 0; index < stored.Length; index++)
                batch.BatchCommands.Add(CommandFor(stored[index], blocks.NumberOf(stored[index].Shard), salts[index]));
            written += await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            for (var index = 0; index < stored.Length; index++)
            {
                if (batch.BatchCommands[index].RecordsAffected == 1)
                    blocks.Add(stored[index], salts[index]);
            }
        }
        return written;
    }

    /// <summary>Quarantines events with other facts than the stored ones, and adds those that are new to their shards' blocks.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection, IReadOnlyList<(AuditRow Row, byte[] StoredFactHash)> rows, OpenBlocks blocks, CancellationToken cancellationToken)
    {
        foreach (var chunk in rows.Chunk(RowsPerRoundTrip))
        {
            await using var batch = new NpgsqlBatch(connection);
            foreach (var (row, storedFactHash) in chunk)
                batch.BatchCommands.Add(CommandFor(row, storedFactHash, blocks.NumberOf(row.Shard)));
            _ = await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            for (var index = 0; index < chunk.Length; index++)
            {
                if (batch.BatchCommands[index].RecordsAffected == 1)
                    blocks.AddDivergence(chunk[index].Row, chunk[index].StoredFactHash);
            }
        }
    }

    /// <summary>A dead letter as the table can hold it.</summary>
    private static DeadLetterRow AsStored(DeadLetterRow row) => row with
    {
        Stage = PostgresText.Storable(row.Stage),
        Topic = PostgresText.Storable(row.Topic),
        Reason = PostgresText.Storable(row.Reason),
        Message = PostgresText.Storable(row.Message),
        HeadersJson = PostgresText.Storable(row.HeadersJson),
        TimestampMilliseconds = row.TimestampMilliseconds < 0 || row.TimestampMilliseconds > LatestMilliseconds ? -1 : row.TimestampMilliseconds,
    };

    private static NpgsqlBatchCommand CommandFor(DeadLetterRow row, long block, byte[] salt)
    {
        var command = new NpgsqlBatchCommand(DeadLetterSql);
        Add(command, NpgsqlDbType.Text, row.Stage);
        Add(command, NpgsqlDbType.Text, row.Topic);
        Add(command, NpgsqlDbType.Integer, row.Partition);
        Add(command, NpgsqlDbType.Bigint, row.Offset);
        Add(command, NpgsqlDbType.Text, row.Reason);
        Add(command, NpgsqlDbType.Text, row.Message);
        Add(command, NpgsqlDbType.Bigint, row.TimestampMilliseconds < 0 ? null : row.TimestampMilliseconds);
        Add(command, NpgsqlDbType.Bytea, row.Key);
        Add(command, NpgsqlDbType.Bytea, row.Value);
        Add(command, NpgsqlDbType.Json, row.HeadersJson);
        Add(command, NpgsqlDbType.Integer, row.Shard);
        Add(command, NpgsqlDbType.Bigint, block);
        Add(command, NpgsqlDbType.Bytea, salt);
        return command;
    }

    private static NpgsqlBatchCommand CommandFor(AuditRow row, byte[] storedFactHash, long block)
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
        Add(command, NpgsqlDbType.Bigint, block);
        return command;
    }

    private static void Add(NpgsqlBatchCommand command, NpgsqlDbType type, object? value) =>
        command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
}

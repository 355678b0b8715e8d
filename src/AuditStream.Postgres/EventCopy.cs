using AuditStream.Core.Sink;
using Npgsql;

namespace AuditStream.Postgres;

/// <summary>Copies events into <c>audit.event</c>: one COPY, through the parent, which routes each row to its partition.</summary>
internal sealed class EventCopy
{
    private const string Sql =
        "COPY audit.event (occurred_at, stream_offset, block, event_id, shard, fact_scheme, operation, source, schema_name, table_name, key, key_hash, "
        + "changed, transaction_id, actor, source_position, fact_hash, event_uid, body) FROM STDIN (FORMAT BINARY)";
    private const short Columns = 19;

    /// <summary>How much is encoded before it is sent: the server works on one part while the next is made.</summary>
    private const int ChunkBytes = 256 * 1024;

    private readonly CopyBuffer _buffer = new();

    /// <summary>Sends <paramref name="count"/> rows from <paramref name="start"/> on, in the connection's transaction.</summary>
    /// <param name="connection">In its transaction.</param>
    /// <param name="rows">The rows; a part of them is sent.</param>
    /// <param name="start">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="blocks">Which block each shard's rows go into.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>The COPY, to be ended by disposing of it; that is where the server says what is wrong with the rows.</returns>
    public async Task<NpgsqlRawCopyStream> SendAsync(
        NpgsqlConnection connection, List<AuditRow> rows, int start, int count, OpenBlocks blocks, CancellationToken cancellationToken)
    {
        var stream = await connection.BeginRawBinaryCopyAsync(Sql, cancellationToken).ConfigureAwait(false);
        _buffer.Clear();
        _buffer.WriteHeader();
        for (var index = start; index < start + count; index++)
        {
            Encode(rows[index], blocks.NumberOf(rows[index].Shard));
            if (_buffer.Written.Length >= ChunkBytes)
            {
                await stream.WriteAsync(_buffer.Written, cancellationToken).ConfigureAwait(false);
                _buffer.Clear();
            }
        }
        _buffer.WriteTrailer();
        await stream.WriteAsync(_buffer.Written, cancellationToken).ConfigureAwait(false);
        return stream;
    }

    private void Encode(AuditRow row, long block)
    {
        _buffer.StartRow(Columns);
        _buffer.WriteTimestamp(row.OccurredAtMilliseconds);
        _buffer.WriteInt64(row.StreamOffset);
        _buffer.WriteInt64(block);
        _buffer.WriteUuid(row.EventId);
        _buffer.WriteInt32(row.Shard);
        _buffer.WriteInt16(row.FactScheme);
        _buffer.WriteText(row.Operation);
        _buffer.WriteText(row.Source);
        _buffer.WriteTextOrNull(row.Schema);
        _buffer.WriteTextOrNull(row.Table);
        _buffer.WriteTextOrNull(row.Key);
        _buffer.WriteBytesOrNull(row.KeyHash);
        _buffer.WriteTextArrayOrNull(row.Changed);
        _buffer.WriteTextOrNull(row.TransactionId);
        _buffer.WriteTextOrNull(row.Actor);
        _buffer.WriteTextOrNull(row.SourcePosition);
        _buffer.WriteBytes(row.FactHash);
        _buffer.WriteBytes(row.EventUid);
        _buffer.WriteBytes(row.Body.Span);
    }
}

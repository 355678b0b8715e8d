using AuditStream.Core.Chain;
using Npgsql;

namespace AuditStream.Postgres;

/// <summary>Makes checkpoints, with the writer's login: a signed note over the heads of all chains, one after the other.</summary>
public sealed class CheckpointTable : IAsyncDisposable
{
    private const string LastSql = "SELECT pg_try_advisory_xact_lock(7165901542230091123), c.number, c.note FROM (SELECT 1) one "
        + "LEFT JOIN (SELECT number, note FROM audit.checkpoint ORDER BY number DESC LIMIT 1) c ON true";

    // From the blocks, which are the evidence. One statement: all heads are of one moment.
    private const string HeadsSql = "SELECT h.shard, l.number, l.hash, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM audit.chain_head h "
        + "CROSS JOIN LATERAL (SELECT b.number, b.hash FROM audit.block b WHERE b.shard = h.shard ORDER BY b.number DESC LIMIT 1) l ORDER BY h.shard";

    private const string NewestSql = "SELECT number, note FROM audit.checkpoint ORDER BY number DESC LIMIT 1";

    private const string KeySql = "INSERT INTO audit.checkpoint_key (fingerprint, public_key) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    private const string InsertSql = "INSERT INTO audit.checkpoint (number, made_at, key_fingerprint, note) VALUES ($1, $2, $3, $4)";

    private readonly NpgsqlDataSource source;

    /// <summary>Makes it; nothing connects yet.</summary>
    /// <param name="options">The writer's login.</param>
    public CheckpointTable(PostgresOptions options) => source = DataSources.Build(options);

    /// <summary>Makes a checkpoint when there are blocks that the last one does not cover.</summary>
    /// <param name="origin">The name of the pipeline.</param>
    /// <param name="signer">The key.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>The number and the signed note; null when there was nothing new, or another process makes one now.</returns>
    /// <exception cref="Core.Sink.StoreException">Transient or systemic.</exception>
    public async Task<(long Number, string Note)?> MakeAsync(string origin, ICheckpointSigner signer, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            var (isMine, number, last) = await LastAsync(connection, cancellationToken).ConfigureAwait(false);
            if (!isMine)
                return null;
            var (heads, madeAt) = await HeadsAsync(connection, cancellationToken).ConfigureAwait(false);
            if (heads.Count == 0 || (last is not null && heads.All(head => last.Heads.Any(other => Same(head, other)))))
                return null;
            var checkpoint = new Checkpoint(origin, number + 1, madeAt, heads);
            var note = SignedNote.Sign(checkpoint.Text(), origin, signer);
            var fingerprint = SignedNote.Fingerprint(signer.PublicKey);
            await ExecuteAsync(connection, KeySql, cancellationToken, fingerprint, signer.PublicKey).ConfigureAwait(false);
            await ExecuteAsync(connection, InsertSql, cancellationToken, checkpoint.Number,
                DateTime.UnixEpoch.AddTicks(madeAt * TimeSpan.TicksPerMicrosecond), fingerprint, note).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return (checkpoint.Number, note);
        }
        catch (Exception exception) when (StoreErrors.ToStoreException("Making a checkpoint", exception) is { } error)
        {
            throw error;
        }
    }

    /// <summary>The newest checkpoint, whoever made it; null when there is none.</summary>
    /// <exception cref="Core.Sink.StoreException">Transient or systemic.</exception>
    public async Task<(long Number, string Note)?> NewestAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = source.CreateCommand(NewestSql);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? (reader.GetInt64(0), reader.GetString(1)) : null;
        }
        catch (Exception exception) when (StoreErrors.ToStoreException("Reading the newest checkpoint", exception) is { } error)
        {
            throw error;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();

    private static bool Same(ChainHead one, ChainHead other) =>
        one.Shard == other.Shard && one.Number == other.Number && one.Hash.AsSpan().SequenceEqual(other.Hash);

    private static async Task<(bool IsMine, long Number, Checkpoint? Last)> LastAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(LastSql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        _ = await reader.ReadAsync(cancellationToken).ConfigureAwait(false); // it has one row always
        return reader.IsDBNull(1) ? (reader.GetBoolean(0), 0, null)
            : (reader.GetBoolean(0), reader.GetInt64(1), SignedNote.Parse(reader.GetString(2)) is { } note ? Checkpoint.Parse(note.Text) : null);
    }

    private static async Task<(List<ChainHead> Heads, long MadeAt)> HeadsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (heads, madeAt) = (new List<ChainHead>(), 0L);
        await using var command = new NpgsqlCommand(HeadsSql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            heads.Add(new ChainHead(reader.GetInt32(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)));
            madeAt = reader.GetInt64(3);
        }
        return (heads, madeAt);
    }

    // CA2100: the text is one of the constants above.
#pragma warning disable CA2100
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        _ = await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
#pragma warning restore CA2100
}

using AuditStream.Core.Chain;
using AuditStream.Core.Sink;
using Npgsql;

namespace AuditStream.Postgres;

/// <summary>The blocks that one transaction makes: one for each shard that it adds something to, behind a head that it has locked.</summary>
internal sealed class OpenBlocks
{
    private const string BlockSql = "INSERT INTO audit.block (number, epoch, first_offset, last_offset, written_at, occurred_from, occurred_to, shard, row_count, "
        + "divergence_count, dead_letter_count, topic, hash, previous_hash, merkle_root, columns_hash, refused_root, leaves) "
        + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";

    private const string HeadSql = "UPDATE audit.chain_head SET number = $1, hash = $2 WHERE shard = $3";

    private readonly string _topic;
    private readonly Dictionary<int, (ChainHead Head, long Epoch)> _heads;
    private readonly long _writtenAtMicroseconds;
    private readonly SortedDictionary<int, BlockBuilder> _builders = [];
    private readonly LeafHash _hash = new();

    /// <summary>Opens them.</summary>
    /// <param name="topic">The final topic.</param>
    /// <param name="heads">The locked heads of all shards of the batch, by shard.</param>
    /// <param name="writtenAtMicroseconds">The server's clock, in microseconds since the Unix epoch.</param>
    public OpenBlocks(string topic, Dictionary<int, (ChainHead Head, long Epoch)> heads, long writtenAtMicroseconds)
    {
        _topic = topic;
        _heads = heads;
        _writtenAtMicroseconds = writtenAtMicroseconds;
    }

    /// <summary>The number of a shard's block, should there be one.</summary>
    public long NumberOf(int shard) => _heads[shard].Head.Number + 1;

    /// <summary>Adds a dead letter that is new in its table, as it stands there.</summary>
    public void Add(DeadLetterRow row, byte[] salt) => Of(row.Shard).Add(row, salt, _hash);

    /// <summary>Adds a divergence that is new in its table.</summary>
    public void AddDivergence(AuditRow row, byte[] storedFactHash) => Of(row.Shard).AddDivergence(row, storedFactHash, _hash);

    /// <summary>Adds the events, writes the blocks and moves the heads.</summary>
    public async Task WriteAsync(NpgsqlConnection connection, IEnumerable<AuditRow> added, CancellationToken cancellationToken)
    {
        foreach (var row in added)
            Of(row.Shard).Add(row, _hash);
        if (_builders.Count == 0)
            return;
        await using var batch = new NpgsqlBatch(connection);
        foreach (var (shard, builder) in _builders)
        {
            var (head, epoch) = _heads[shard];
            var header = builder.Build(_topic, head, epoch, _writtenAtMicroseconds);
            var hash = header.Hash();
            batch.BatchCommands.Add(BlockCommand(header, hash, builder.Leaves()));
            batch.BatchCommands.Add(Command(HeadSql, header.Number, hash, shard));
        }
        _ = await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private BlockBuilder Of(int shard)
    {
        if (!_builders.TryGetValue(shard, out var builder))
            _builders.Add(shard, builder = new BlockBuilder());
        return builder;
    }

    private static NpgsqlBatchCommand BlockCommand(BlockHeader header, byte[] hash, byte[] leaves) => Command(BlockSql,
        header.Number, header.Epoch, header.FirstOffset, header.LastOffset,
        DateTime.UnixEpoch.AddTicks(header.WrittenAtMicroseconds * TimeSpan.TicksPerMicrosecond),
        header.Rows == 0 ? null : DateTime.UnixEpoch.AddMilliseconds(header.OccurredFrom),
        header.Rows == 0 ? null : DateTime.UnixEpoch.AddMilliseconds(header.OccurredTo),
        header.Shard, header.Rows, header.Divergences, header.DeadLetters, header.Topic, hash, header.PreviousHash, header.MerkleRoot,
        header.ColumnsHash, header.RefusedRoot, leaves);

    private static NpgsqlBatchCommand Command(string sql, params object?[] values)
    {
        // CA2100: the text is one of the constants above.
#pragma warning disable CA2100
        var command = new NpgsqlBatchCommand(sql);
#pragma warning restore CA2100
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }
}

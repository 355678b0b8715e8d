using System.Text;
using AuditStream.Core.Chain;
using Npgsql;

namespace AuditStream.Postgres.Verify;

/// <summary>Verifies the divergences and dead letters of blocks.</summary>
internal sealed class RefusedExaminer(NpgsqlDataSource source, DamageReport report)
{
    private const string DivergencesSql = "SELECT event_id, stream_offset, fact_scheme, fact_hash, stored_fact_hash, body::text FROM audit.divergence "
        + "WHERE shard = $1 AND block = $2 ORDER BY stream_offset, event_id";

    private const string DeadLettersSql = "SELECT leaf FROM audit.dead_letter_leaves($1, $2, $2) "
        + "ORDER BY stage COLLATE \"C\", topic COLLATE \"C\", topic_partition, topic_offset";

    // Blocks whose number of divergences (or of dead letters) is not that of the rows, and rows of no block.
    private const string CountsSql = """
        SELECT coalesce(r.shard, b.shard), coalesce(r.block, b.number), coalesce(r.n, 0), coalesce(b.divergence_count, 0), true
        FROM (SELECT shard, block, count(*) AS n FROM audit.divergence WHERE block IS NOT NULL GROUP BY shard, block) r
        FULL JOIN (SELECT shard, number, divergence_count FROM audit.block WHERE divergence_count > 0) b ON b.shard = r.shard AND b.number = r.block
        WHERE coalesce(r.n, 0) <> coalesce(b.divergence_count, 0)
        UNION ALL
        SELECT coalesce(r.shard, b.shard), coalesce(r.block, b.number), coalesce(r.n, 0), coalesce(b.dead_letter_count, 0), false
        FROM (SELECT shard, block, count(*) AS n FROM audit.dead_letter WHERE block IS NOT NULL GROUP BY shard, block) r
        FULL JOIN (SELECT shard, number, dead_letter_count FROM audit.block WHERE dead_letter_count > 0) b ON b.shard = r.shard AND b.number = r.block
        WHERE coalesce(r.n, 0) <> coalesce(b.dead_letter_count, 0)
        """;

    private readonly LeafHash hash = new();

    /// <summary>Verifies those of one block whose numbers are right.</summary>
    public async Task ExamineAsync(BlockHeader header, CancellationToken cancellationToken)
    {
        var divergences = await ReadAsync(DivergencesSql, header, reader => hash.OfDivergence(reader.GetGuid(0), reader.GetInt64(1), reader.GetInt16(2),
            reader.GetFieldValue<byte[]>(3), reader.GetFieldValue<byte[]>(4),
            Encoding.UTF8.GetBytes(reader.GetString(5))), cancellationToken).ConfigureAwait(false);
        var deadLetters = await ReadAsync(DeadLettersSql, header, reader => reader.GetFieldValue<byte[]>(0), cancellationToken).ConfigureAwait(false);
        if (divergences.Count != header.Divergences || deadLetters.Count != header.DeadLetters)
        {
            if (divergences.Count != header.Divergences)
                AddCount(header.Shard, header.Number, divergences.Count, header.Divergences, isDivergence: true);
            if (deadLetters.Count != header.DeadLetters)
                AddCount(header.Shard, header.Number, deadLetters.Count, header.DeadLetters, isDivergence: false);
        }
        else if (!MerkleTree.Root([.. divergences.Concat(deadLetters).SelectMany(leaf => leaf)]).AsSpan().SequenceEqual(header.RefusedRoot))
        {
            report.Add(header.Divergences > 0 && header.DeadLetters == 0 ? DamageKind.DivergencesChanged : DamageKind.DeadLettersChanged, header.Shard,
                header.Number, "Its divergences or dead letters are not those that were stored: one of them was changed.");
        }
    }

    /// <summary>Looks for rows that no block knows, in all of the tables; blocks that have some are verified one by one.</summary>
    public async Task CountAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(CountsSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // Those that the block counts were reported when it was verified.
            if (reader.GetInt32(3) == 0)
                AddCount(reader.IsDBNull(0) ? null : reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2), expected: 0, reader.GetBoolean(4));
        }
    }

    private void AddCount(int? shard, long block, long found, int expected, bool isDivergence) => report.Add(
        isDivergence ? DamageKind.DivergencesChanged : DamageKind.DeadLettersChanged, shard, block,
        FormattableString.Invariant($"It has {expected} {(isDivergence ? "divergences" : "dead letters")}, and the table has {found} of it."));

    // CA2100: the text is one of the constants above.
#pragma warning disable CA2100
    private async Task<List<byte[]>> ReadAsync(string sql, BlockHeader header, Func<NpgsqlDataReader, byte[]> leaf, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = header.Shard });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = header.Number });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var leaves = new List<byte[]>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            leaves.Add(leaf(reader));
        return leaves;
    }
#pragma warning restore CA2100
}

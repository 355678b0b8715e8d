using AuditStream.Core.Chain;
using Npgsql;

namespace AuditStream.Postgres.Verify;

/// <summary>What walking the chains cannot see: heads, and rows that belong to no block.</summary>
internal sealed class ChainEnds(NpgsqlDataSource source, DamageReport report)
{
    /// <summary>How many stray rows are named.</summary>
    private const int MaxStrays = 100;

    private const string HeadsSql = """
        SELECT s.shard, h.number, l.number FROM (SELECT shard FROM audit.chain_head UNION SELECT shard FROM audit.block) s
        LEFT JOIN audit.chain_head h ON h.shard = s.shard
        LEFT JOIN LATERAL (SELECT b.number, b.hash FROM audit.block b WHERE b.shard = s.shard ORDER BY b.number DESC LIMIT 1) l ON true
        WHERE h.shard IS NULL OR h.number <> coalesce(l.number, 0) OR h.hash <> l.hash
        """;

    private const string CountsSql = """
        SELECT e.shard, e.block, e.n, b.number IS NOT NULL
        FROM (SELECT shard, block, count(*) AS n FROM audit.event GROUP BY shard, block) e
        LEFT JOIN audit.block b ON b.shard = e.shard AND b.number = e.block
        WHERE b.number IS NULL OR e.n > b.row_count
        UNION ALL
        SELECT NULL, NULL, coalesce(sum(t.unchained_count), 0)::bigint, NULL FROM audit.tombstone t
        """;

    private const string StraysSql = "SELECT event_id, stream_offset FROM audit.event WHERE shard = $1 AND block = $2 LIMIT $3";

    private const string OriginSql = "SELECT o.unchained_events, o.unchained_divergences, o.unchained_dead_letters, "
        + "(SELECT count(*) FROM audit.divergence WHERE block IS NULL), (SELECT count(*) FROM audit.dead_letter WHERE block IS NULL) FROM audit.chain_origin o ORDER BY o.began_at";

    /// <summary>Reports heads that are not where the blocks end.</summary>
    public async Task CompareHeadsAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(HeadsSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var (head, last) = (reader.IsDBNull(1) ? (long?)null : reader.GetInt64(1), reader.IsDBNull(2) ? 0 : reader.GetInt64(2));
            report.Add(DamageKind.HeadChanged, reader.GetInt32(0), last, head is null ? "Its row in audit.chain_head is missing."
                : head == last ? "audit.chain_head has another hash than the last block."
                : FormattableString.Invariant($"audit.chain_head is at block {head}, and the blocks end at {last}: the newest blocks were removed, or tables went back in time."));
        }
    }

    /// <summary>Counts the rows of no block, and looks for blocks with more rows than they have; reports nothing yet.</summary>
    public async Task<StrayRows> CountStraysAsync(CancellationToken cancellationToken)
    {
        var (unchained, retired) = (0L, 0L);
        var found = new List<(int Shard, long Block, bool HasBlock)>();
        await using var command = source.CreateCommand(CountsSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.IsDBNull(3))
                retired = reader.GetInt64(2);
            else if (reader.IsDBNull(1))
                unchained += reader.GetInt64(2);
            else if (found.Count < MaxStrays)
                found.Add((reader.GetInt32(0), reader.GetInt64(1), reader.GetBoolean(3)));
        }
        return new StrayRows(unchained, retired, found);
    }

    /// <summary>Reports rows of no block.</summary>
    /// <returns>How many rows are older than the chain.</returns>
    public async Task<long> NameStraysAsync(StrayRows strays, CancellationToken cancellationToken)
    {
        foreach (var (shard, block, hasBlock) in strays.Blocks)
            await NameAsync(shard, block, hasBlock, cancellationToken).ConfigureAwait(false);
        await CompareWithOriginAsync(strays.Unchained + strays.RetiredUnchained, cancellationToken).ConfigureAwait(false);
        return strays.Unchained;
    }

    private async Task NameAsync(int shard, long block, bool hasBlock, CancellationToken cancellationToken)
    {
        // A block that has too many rows was seen when it was verified, unless the row's time lies elsewhere.
        if (hasBlock && report.Kept.Any(damage => damage.Shard == shard && damage.Block == block))
            return;
        await using var command = source.CreateCommand(StraysSql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = block });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = MaxStrays });
        if (hasBlock)
        {
            report.Add(DamageKind.RowAdded, shard, block, "There are more rows of this block than it has.");
            return;
        }
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            report.Add(DamageKind.RowAdded, shard, block, "The row names a block that is not there.", reader.GetGuid(0), reader.GetInt64(1));
    }

    private async Task CompareWithOriginAsync(long unchained, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(OriginSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            report.Add(DamageKind.UnchainedRows, shard: null, block: null, "audit.chain_origin is empty: nothing says how many rows may be in no block.");
            return;
        }
        Compare("events", unchained, reader.GetInt64(0));
        Compare("divergences", reader.GetInt64(3), reader.GetInt64(1));
        Compare("dead letters", reader.GetInt64(4), reader.GetInt64(2));
        if (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            report.Add(DamageKind.UnchainedRows, shard: null, block: null, "audit.chain_origin has more than one row, and the chain began once: a row was added.");
    }

    private void Compare(string what, long found, long origin)
    {
        if (found > origin)
        {
            report.Add(DamageKind.UnchainedRows, shard: null, block: null,
                FormattableString.Invariant($"{found} {what} are in no block, and there were {origin} when the chain began: rows were added beside it, or a version without chains wrote."));
        }
        else if (found < origin)
        {
            report.Add(DamageKind.UnchainedRows, shard: null, block: null,
                FormattableString.Invariant($"{found} {what} are in no block, and there were {origin} when the chain began: some were removed."));
        }
    }
}

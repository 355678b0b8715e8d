using AuditStream.Core.Chain;
using AuditStream.Postgres.Verify;
using Npgsql;

namespace AuditStream.Postgres.Retire;

/// <summary>The blocks that have events of a range, held against each other and against a signed checkpoint.</summary>
internal sealed class RangeChain
{
    /// <summary>About how many events one window has.</summary>
    private const int WindowRows = 20_000;

    private const string HeadsSql = "SELECT h.shard, coalesce(b.number, 0), coalesce(b.hash, '') FROM audit.chain_head h "
        + "LEFT JOIN LATERAL (SELECT b.number, b.hash FROM audit.block b WHERE b.shard = h.shard ORDER BY b.number DESC LIMIT 1) b ON true";

    private const string BeganSql = "SELECT min(began_at) FROM audit.chain_origin";

    private const string EndsSql = "SELECT shard, min(number), max(number), max(written_at) FROM audit.block WHERE occurred_from < $2 AND occurred_to >= $1 "
        + "GROUP BY shard ORDER BY shard";

    // The heads of a checkpoint are read before its instant is taken, by another connection's clock: hence the hour.
    private const string CheckpointsSql = "SELECT number, note FROM audit.checkpoint WHERE made_at >= $1 - interval '1 hour' ORDER BY number";

    private readonly List<BlockWindow> windows = [];
    private readonly List<(int Shard, long Block)> parts = [];

    /// <summary>The blocks, in portions, by shard and number.</summary>
    public IReadOnlyList<BlockWindow> Windows => windows;

    /// <summary>Blocks that have events of other times too.</summary>
    public IReadOnlyList<(int Shard, long Block)> Parts => parts;

    /// <summary>How many events the other blocks have: all of them are of the range.</summary>
    public long WholeRows { get; private set; }

    /// <summary>The checkpoint that covers all of them; null: there are none.</summary>
    public (long Number, string Note)? Checkpoint { get; private set; }

    /// <summary>Where the chains ended when the range was looked at.</summary>
    public List<ChainHead> Heads { get; } = [];

    /// <summary>When this store's chains began, to the microsecond: no other store's did then, but for a copy's. Null: it does not say.</summary>
    public DateTime? BeganAt { get; private set; }

    /// <summary>Reads and verifies them.</summary>
    /// <param name="source">The reader's login.</param>
    /// <param name="snapshot">In the transaction whose rows are archived.</param>
    /// <param name="range">The range.</param>
    /// <param name="trusted">Public keys; none: those of the store.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="RetirementException">No checkpoint covers them, or the chain is not whole.</exception>
    public static async Task<RangeChain> ReadAsync(
        NpgsqlDataSource source, NpgsqlConnection snapshot, RetirableRange range, IReadOnlyList<byte[]> trusted, CancellationToken cancellationToken)
    {
        var chain = new RangeChain();
        await using (var command = new NpgsqlCommand(HeadsSql, snapshot))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                chain.Heads.Add(new ChainHead(reader.GetInt32(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2)));
        }
        await using (var command = new NpgsqlCommand(BeganSql, snapshot))
            chain.BeganAt = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as DateTime?;
        var ends = new List<(int Shard, long First, long Last, DateTime WrittenAt)>();
        await using (var command = new NpgsqlCommand(EndsSql, snapshot))
        {
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = range.From.UtcDateTime });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = range.To.UtcDateTime });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                ends.Add((reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetDateTime(3)));
        }
        if (ends.Count == 0)
            return chain;
        var anchor = await AnchorAsync(source, ends, trusted, cancellationToken).ConfigureAwait(false)
            ?? throw new RetirementException($"{range.Name} is not anchored: no signed checkpoint covers all of its blocks. A running sink makes one every Checkpoint:IntervalSeconds "
                + "where it has the key (docs/PROOFS.md).");
        chain.Checkpoint = (anchor.Checkpoint.Number, anchor.Note);
        foreach (var (shard, first, _, _) in ends)
            await chain.WalkAsync(source, range, first, anchor.Checkpoint.Heads.First(head => head.Shard == shard), cancellationToken).ConfigureAwait(false);
        return chain;
    }

    private static async Task<(Checkpoint Checkpoint, string Note)?> AnchorAsync(
        NpgsqlDataSource source, List<(int Shard, long First, long Last, DateTime WrittenAt)> ends, IReadOnlyList<byte[]> trusted,
        CancellationToken cancellationToken)
    {
        if (trusted.Count == 0)
            trusted = await StoredKeys.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        await using var command = source.CreateCommand(CheckpointsSql);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = ends.Max(end => end.WrittenAt) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var text = reader.GetString(1);
            if (SignedNote.Parse(text) is { } note && Core.Chain.Checkpoint.Parse(note.Text) is { } checkpoint && checkpoint.Number == reader.GetInt64(0)
                && ends.TrueForAll(end => checkpoint.Heads.Any(head => head.Shard == end.Shard && head.Number >= end.Last)) && trusted.Any(note.IsSignedBy))
                return (checkpoint, text);
        }
        return null;
    }

    private async Task WalkAsync(NpgsqlDataSource source, RetirableRange range, long first, ChainHead anchor, CancellationToken cancellationToken)
    {
        var report = new DamageReport();
        var walk = new ChainWalk(source, await BeforeAsync(source, anchor.Shard, first, cancellationToken).ConfigureAwait(false), report);
        var (from, to) = (range.From.ToUnixTimeMilliseconds(), range.To.ToUnixTimeMilliseconds());
        var (windowFirst, windowLast, windowRows) = (0L, 0L, 0);
        while (walk.Last.Number < anchor.Number)
        {
            await walk.FillAsync(cancellationToken).ConfigureAwait(false);
            if (walk.Next is null)
                break;
            var header = walk.Take().Header;
            if (header.Rows == 0 || header.OccurredFrom >= to || header.OccurredTo < from)
                continue;
            if (header.OccurredFrom >= from && header.OccurredTo < to)
                WholeRows += header.Rows;
            else
                parts.Add((header.Shard, header.Number));
            (windowFirst, windowLast, windowRows) = (windowRows == 0 ? header.Number : windowFirst, header.Number, windowRows + header.Rows);
            if (windowRows < WindowRows)
                continue;
            windows.Add(new BlockWindow(anchor.Shard, windowFirst, windowLast));
            windowRows = 0;
        }
        if (windowRows > 0)
            windows.Add(new BlockWindow(anchor.Shard, windowFirst, windowLast));
        if (report.Count > 0)
            throw new RetirementException(FormattableString.Invariant($"The chain of shard {anchor.Shard} is not whole: {report.Kept[0].Detail} Run auditstream verify --all."));
        if (walk.Last.Number != anchor.Number || !walk.Last.Hash.AsSpan().SequenceEqual(anchor.Hash))
            throw new RetirementException(FormattableString.Invariant($"The chain of shard {anchor.Shard} is not the one that was signed. Run auditstream verify --all."));
    }

    private static async Task<ChainHead> BeforeAsync(NpgsqlDataSource source, int shard, long first, CancellationToken cancellationToken)
    {
        if (first <= 1)
            return new ChainHead(shard, 0, BlockHeader.NoPrevious);
        await using var command = source.CreateCommand("SELECT hash FROM audit.block WHERE shard = $1 AND number = $2");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = first - 1 });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is byte[] hash ? new ChainHead(shard, first - 1, hash)
            : throw new RetirementException(FormattableString.Invariant($"Block {first - 1} of shard {shard} is missing. Run auditstream verify --all."));
    }
}

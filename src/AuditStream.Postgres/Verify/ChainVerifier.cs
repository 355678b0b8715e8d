using System.Globalization;
using System.Text;
using AuditStream.Core.Chain;
using Npgsql;

namespace AuditStream.Postgres.Verify;

/// <summary>Recomputes the chains of a store from its rows, with the reader's login.</summary>
/// <remarks>
/// Purpose: name what was done to a store behind its back. Design: the blocks of all shards are walked in the order in which they were written; some
/// hundred thousand rows at a time are copied out, hashed and held against their blocks on every processor; a block that is not whole is then looked
/// at closely. Guarantee: what is reported as whole has exactly the rows that were stored. It changes nothing, memory has a bound
/// (<see cref="WindowRows"/>), and writers go on meanwhile.
/// </remarks>
public sealed class ChainVerifier : IAsyncDisposable
{
    /// <summary>About how many rows are held against their blocks at once.</summary>
    public const int WindowRows = 100_000;

    /// <summary>How many blocks at most: a quiet store has blocks of one row.</summary>
    public const int WindowBlocks = 20_000;

    /// <summary>How many windows are under way: while one waits for the server another is hashed.</summary>
    private const int MaxWindows = 2;

    /// <summary>A connection for each window, one for counting, one for what is asked between.</summary>
    private const int MaxConnections = MaxWindows + 2;

    /// <summary>One question may count a whole table; seconds.</summary>
    private const int StatementSeconds = 3_600;

    /// <summary>How much is taken from the socket at once: rows come by the hundred thousand, and a call into the system costs as much as a
    /// row.</summary>
    private const int ReadBufferBytes = 128 * 1024;

    private const string ShardsSql = "SELECT coalesce(b.shard, h.shard), coalesce(b.rows, 0) FROM (SELECT shard, sum(row_count)::bigint AS rows FROM audit.block "
        + "GROUP BY shard) b FULL JOIN audit.chain_head h ON h.shard = b.shard ORDER BY 1";

    private readonly NpgsqlDataSource source;
    private readonly DamageReport report = new();
    private long blocks;
    private long rows;
    private long retiredRows;
    private long refused;

    /// <summary>Makes a verifier for one run; nothing connects yet.</summary>
    /// <param name="options">The reader's login.</param>
    public ChainVerifier(PostgresOptions options) => source = DataSources.Build(options with
    {
        CommandTimeoutSeconds = Math.Max(options.CommandTimeoutSeconds, StatementSeconds),
        MaximumPoolSize = Math.Max(options.MaximumPoolSize, MaxConnections),
        ConnectionString = new NpgsqlConnectionStringBuilder(options.ConnectionString) { ReadBufferSize = ReadBufferBytes }.ConnectionString,
    });

    /// <summary>Verifies.</summary>
    /// <param name="request">What.</param>
    /// <param name="progress">Hears how far it is, from time to time; null: nobody.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="Core.Sink.StoreException">The store was not reached, or a right or the schema is missing.</exception>
    public async Task<VerifyReport> RunAsync(VerifyRequest request, Action<VerifyProgress>? progress, CancellationToken cancellationToken)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            var retired = await RetiredRanges.ReadAsync(source, cancellationToken).ConfigureAwait(false);
            var (walks, totalRows) = await BeginAsync(request, cancellationToken).ConfigureAwait(false);
            var (checkpoints, last) = await new CheckpointCheck(source, report)
                .RunAsync(request.CheckpointsAfter, request.KnownCheckpoint, request.TrustedKeys, request.CheckpointCopies, cancellationToken)
                .ConfigureAwait(false);
            // The server counts while the rows are read: what is written later is not yet in a block that this run verifies.
            var ends = new ChainEnds(source, report);
            var strays = request.LooksForStrays ? ends.CountStraysAsync(broken.Token) : null;
            var windows = new Queue<(Task<BlockState[]> Judged, ChainHead[] Heads)>();
            while (await WindowAsync(walks, request, cancellationToken).ConfigureAwait(false) is { Count: > 0 } window)
            {
                ChainHead[] heads = [.. walks.Select(walk => walk.Last)];
                windows.Enqueue((Task.Run(() => JudgeAsync(window, request.LooksForStrays, broken.Token), broken.Token), heads));
                if (windows.Count == MaxWindows)
                    await ReportAsync(windows.Dequeue()).ConfigureAwait(false);
            }
            while (windows.TryDequeue(out var window))
                await ReportAsync(window).ConfigureAwait(false);
            await ends.CompareHeadsAsync(cancellationToken).ConfigureAwait(false);
            long? unchained = null;
            if (strays is not null)
            {
                unchained = await ends.NameStraysAsync(await strays.ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
                await new RefusedExaminer(source, report).CountAsync(cancellationToken).ConfigureAwait(false);
            }
            await new TombstoneCheck(source, report).RunAsync(request.TrustedKeys, request.LooksForStrays, cancellationToken).ConfigureAwait(false);
            return new VerifyReport(
                blocks, rows, retiredRows, refused, unchained, checkpoints, last, [.. walks.Select(walk => walk.Last)], report.Count, report.Kept);

            async Task ReportAsync((Task<BlockState[]> Judged, ChainHead[] Heads) window)
            {
                await this.ReportAsync(await window.Judged.ConfigureAwait(false), retired, cancellationToken).ConfigureAwait(false);
                progress?.Invoke(new VerifyProgress(rows, totalRows, report.Count == 0 ? window.Heads : []));
            }
        }
        catch (Exception exception) when (StoreErrors.ToStoreException("Verifying the audit store", exception, Advice) is { } error)
        {
            throw error;
        }
        finally
        {
            // Where one stage failed, the server is not to go on with the others: it would count for an hour, and hold up who retires a range.
            await broken.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Verifies one block, and that it follows the one before it.</summary>
    /// <exception cref="Core.Sink.StoreException">As of <see cref="RunAsync"/>.</exception>
    public async Task<VerifyReport> RunBlockAsync(int shard, long number, CancellationToken cancellationToken)
    {
        try
        {
            var before = new ChainHead(shard, number - 1, BlockHeader.NoPrevious);
            if (number > 1)
                before = before with { Hash = await HashAsync(shard, number - 1, cancellationToken).ConfigureAwait(false) ?? BlockHeader.NoPrevious };
            var walk = new ChainWalk(source, before, report);
            await walk.FillAsync(cancellationToken).ConfigureAwait(false);
            if (walk.Next is null)
            {
                report.Add(DamageKind.RowAdded, shard, number, "The event names a block that is not there.");
            }
            else
            {
                var retired = await RetiredRanges.ReadAsync(source, cancellationToken).ConfigureAwait(false);
                var states = await JudgeAsync([walk.Take().Header], comparesLeaves: true, cancellationToken).ConfigureAwait(false);
                await ReportAsync(states, retired, cancellationToken).ConfigureAwait(false);
            }
            return new VerifyReport(blocks, rows, retiredRows, refused, UnchainedRows: null, Checkpoints: 0, LastCheckpoint: 0,
                [walk.Last], report.Count, report.Kept);
        }
        catch (Exception exception) when (StoreErrors.ToStoreException("Verifying a block", exception, Advice) is { } error)
        {
            throw error;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();

    private static string? Advice(StoreErrorEntry entry) => entry switch
    {
        { Code: "42501" } => "GRANT audit_reader TO this login, or name a login that has it in Postgres:ReaderConnectionString.",
        { Class: Core.Sink.StoreErrorClass.Transient } => "Run it again: it goes on where it was.",
        _ => entry.Advice,
    };

    private async Task<(List<ChainWalk> Walks, long TotalRows)> BeginAsync(VerifyRequest request, CancellationToken cancellationToken)
    {
        var shards = new List<int>();
        var totalRows = 0L;
        await using (var command = source.CreateCommand(ShardsSql))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                shards.Add(reader.GetInt32(0));
                totalRows += reader.GetInt64(1);
            }
        }
        var walks = new List<ChainWalk>(shards.Count);
        foreach (var head in request.Known.Values.Where(head => head.Number > 0))
            await RequireAsync(head, cancellationToken).ConfigureAwait(false);
        foreach (var shard in shards.Union(request.Verified.Keys).Order())
        {
            var start = request.Verified.GetValueOrDefault(shard) ?? new ChainHead(shard, 0, BlockHeader.NoPrevious);
            if (start.Number > 0)
                await RequireAsync(start, cancellationToken).ConfigureAwait(false);
            walks.Add(new ChainWalk(source, start, report));
        }
        return (walks, totalRows);
    }

    // What was whole once must still be there, with the same hash.
    private async Task RequireAsync(ChainHead head, CancellationToken cancellationToken)
    {
        if (await HashAsync(head.Shard, head.Number, cancellationToken).ConfigureAwait(false) is not { } hash)
            report.Add(DamageKind.BlockMissing, head.Shard, head.Number, "The block was verified before, and is missing: blocks were removed, or the store went back in time.");
        else if (!hash.AsSpan().SequenceEqual(head.Hash))
            report.Add(DamageKind.ChainBroken, head.Shard, head.Number, "The block was verified before with another hash: the chain was rewritten.");
    }

    private async Task<byte[]?> HashAsync(int shard, long number, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("SELECT hash FROM audit.block WHERE shard = $1 AND number = $2");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as byte[];
    }

    /// <summary>The next blocks of all chains, in the order in which they were written; empty at the end.</summary>
    private static async Task<List<BlockHeader>> WindowAsync(List<ChainWalk> walks, VerifyRequest request, CancellationToken cancellationToken)
    {
        var window = new List<BlockHeader>();
        for (var (taken, count) = (0L, 0); taken < WindowRows && count < WindowBlocks; count++)
        {
            ChainWalk? earliest = null;
            foreach (var walk in walks)
            {
                await walk.FillAsync(cancellationToken).ConfigureAwait(false);
                if (walk.Next is { } next && (earliest?.Next is not { } other || next.Header.WrittenAtMicroseconds < other.Header.WrittenAtMicroseconds))
                    earliest = walk;
            }
            if (earliest is null)
                break;
            var header = earliest.Take().Header;
            window.Add(header);
            taken += IsWanted(header, request) ? header.Rows : 0;
        }
        return request.From is null && request.To is null || window.Count == 0 ? window
            : [.. window.Where(header => IsWanted(header, request)).DefaultIfEmpty(window[0])]; // one more is no harm; none would be the end
    }

    private static bool IsWanted(BlockHeader header, VerifyRequest request) =>
        (request.From is not { } from || header.OccurredTo >= from.ToUnixTimeMilliseconds())
        && (request.To is not { } to || header.OccurredFrom < to.ToUnixTimeMilliseconds());

    /// <summary>Reads the rows of a window, hashed and checked, and compares them with their blocks; reports nothing yet.</summary>
    private async Task<BlockState[]> JudgeAsync(List<BlockHeader> window, bool comparesLeaves, CancellationToken cancellationToken)
    {
        var states = new Dictionary<(int, long), BlockState>(window.Count);
        foreach (var header in window)
            states[(header.Shard, header.Number)] = new BlockState(header);
        if (Condition(window) is { } condition)
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            // The rows of a window are a small part of the table: the index over blocks knows where, whatever the statistics say.
            await using (var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false))
            {
                await using (var settings = new NpgsqlCommand("SET LOCAL enable_seqscan = off", connection))
                    _ = await settings.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                await foreach (var chunk in RowStream.ReadAsync(connection, condition, cancellationToken).ConfigureAwait(false))
                    Sort(chunk, states);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        if (comparesLeaves)
            await ReadLeavesAsync(window, states, cancellationToken).ConfigureAwait(false);
        foreach (var state in states.Values)
            state.Judge();
        return [.. states.Values];
    }

    private async Task ReportAsync(BlockState[] states, RetiredRanges retired, CancellationToken cancellationToken)
    {
        var (examiner, refusedExaminer) = (new BlockExaminer(source, retired, report), new RefusedExaminer(source, report));
        foreach (var state in states)
        {
            blocks++;
            rows += state.Header.Rows;
            if (!state.IsWhole)
                retiredRows += await examiner.ExamineAsync(state, cancellationToken).ConfigureAwait(false);
            else if (!state.HasRightLeaves)
                report.Add(DamageKind.LeavesChanged, state.Header.Shard, state.Header.Number, "Its list of leaves is not that of its rows, which are whole.");
            if (state.Header.Divergences + state.Header.DeadLetters > 0)
            {
                refused += state.Header.Divergences + state.Header.DeadLetters;
                await refusedExaminer.ExamineAsync(state.Header, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task ReadLeavesAsync(List<BlockHeader> window, Dictionary<(int, long), BlockState> states, CancellationToken cancellationToken)
    {
        foreach (var shard in window.GroupBy(header => header.Shard))
        {
            await using var command = source.CreateCommand("SELECT number, leaves FROM audit.block WHERE shard = $1 AND number BETWEEN $2 AND $3");
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard.Key });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = shard.Min(header => header.Number) });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = shard.Max(header => header.Number) });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (states.TryGetValue((shard.Key, reader.GetInt64(0)), out var state))
                    state.Leaves = reader.GetFieldValue<byte[]>(1);
            }
        }
    }

    private static void Sort(RowChunk chunk, Dictionary<(int, long), BlockState> states)
    {
        for (var row = 0; row < chunk.Facts.Count; row++)
        {
            var facts = chunk.Facts[row];
            if (states.TryGetValue((facts.Shard, facts.Block), out var state))
                state.Add(facts, chunk.LeafOf(row), chunk.ColumnsOf(row));
        }
    }

    /// <summary>Selects the rows of a window; null when it has none.</summary>
    private static string? Condition(List<BlockHeader> window)
    {
        var withRows = window.Where(header => header.Rows > 0).ToList();
        if (withRows.Count == 0)
            return null;
        var condition = new StringBuilder("(");
        foreach (var shard in withRows.GroupBy(header => header.Shard))
        {
            condition.Append(CultureInfo.InvariantCulture,
                $"{(condition.Length > 1 ? " OR " : "")}(shard = {shard.Key} AND block BETWEEN {shard.Min(header => header.Number)} AND {shard.Max(header => header.Number)})");
        }
        return condition.Append(CultureInfo.InvariantCulture,
            $") AND occurred_at BETWEEN '{Instant(withRows.Min(header => header.OccurredFrom))}' AND '{Instant(withRows.Max(header => header.OccurredTo))}'").ToString();
    }

    // Out of range: a changed block, which is reported; its rows are then looked for by number alone.
    private static string Instant(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(
        Math.Clamp(milliseconds, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

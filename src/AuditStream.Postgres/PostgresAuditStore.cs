using AuditStream.Core.Sink;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace AuditStream.Postgres;

/// <summary>Writes batches into the audit tables: one transaction each, idempotent, append-only.</summary>
/// <remarks>
/// Purpose: every event once, whatever is delivered again and whatever breaks. Design: partitions are made before the transaction; events
/// go in by COPY into <c>audit.event</c> itself, by the path that fits (<see cref="WritePath"/>); what is there already is found by its
/// primary key and compared by its facts. Guarantee: when <see cref="WriteAsync"/> returns, all of the batch is in the tables and
/// committed; when it throws, none of it is, or, after a connection lost during the commit, all of it: the same batch may be written again.
/// A connection that was lost is replaced by the next call; nothing has to be restarted after the server was.
/// </remarks>
public sealed class PostgresAuditStore : IAuditStore
{
    /// <summary>How often one call starts over, on another path or after another writer was faster; the next is the caller's.</summary>
    private const int MaxAttempts = 5;

    private const string LookUpSql = "SELECT ordinal, fact_scheme, fact_hash FROM audit.known_events($1, $2)";

    private readonly NpgsqlDataSource _source;
    private readonly string _topic;
    private readonly StoreMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<PostgresAuditStore> _logger;
    private readonly PartitionCache _partitions;
    private readonly EventCopy _copy = new();
    private readonly ChainClaims _claims;
    private WritePath _path = WritePath.LookUp;

    /// <summary>Makes a store; nothing connects yet.</summary>
    /// <param name="options">The writer's login.</param>
    /// <param name="topic">The final topic: where a refused event can be found, in its dead letter.</param>
    /// <param name="metrics">The store's instruments; the caller's to dispose of.</param>
    /// <param name="time">For durations only.</param>
    /// <param name="logger">Where partitions, refusals and divergences are told.</param>
    public PostgresAuditStore(
        PostgresOptions options, string topic, StoreMetrics metrics, TimeProvider time, ILogger<PostgresAuditStore> logger)
    {
        _source = DataSources.Build(options);
        _topic = topic;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _partitions = new PartitionCache(logger);
        _claims = new ChainClaims(topic, options.ApplicationName, logger);
    }

    /// <inheritdoc/>
    public async Task<StoreResult> WriteAsync(StoreBatch batch, CancellationToken cancellationToken)
    {
        if (batch.IsEmpty)
            return default;
        var started = _time.GetTimestamp();
        var path = _path;
        _path = WritePath.LookUp; // unless this batch succeeds, nobody knows what of it is there when it comes again
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var (outcome, firstRefusal) = await WriteOnceAsync(batch, path, cancellationToken).ConfigureAwait(false);
                _path = outcome.Duplicates + outcome.Restated + outcome.Divergences == 0 ? WritePath.Straight : WritePath.LookUp;
                Report(outcome, batch, firstRefusal, _time.GetElapsedTime(started));
                return outcome.ToResult();
            }
            catch (Exception exception) when (cancellationToken.IsCancellationRequested && StoreErrors.Classify(exception) is not null)
            {
                throw new OperationCanceledException("Writing a batch was cancelled.", cancellationToken); // what it broke off with is no news
            }
            catch (PostgresException exception) when (attempt < MaxAttempts && NextPath(path, exception) is { } next)
            {
                path = next;
            }
            catch (Exception exception) when (FailureOf(batch, exception) is { } failure)
            {
                throw failure;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>How to start over; null when the error is the caller's to hear of.</summary>
    private WritePath? NextPath(WritePath path, PostgresException exception)
    {
        var entry = StoreErrors.Classify(exception);
        if (entry is { Code: StoreErrors.StoredAlreadyCode })
            return path == WritePath.Bisect ? path : WritePath.LookUp; // after a look-up: another writer was faster than our question
        if (entry is { Class: StoreErrorClass.Record })
            return path == WritePath.Bisect ? null : WritePath.Bisect;
        if (entry is { Code: StoreErrors.MissingPartitionCode } && _partitions.Forget())
            return path; // it was there when we asked: ask again, once
        return null;
    }

    private StoreException? FailureOf(StoreBatch batch, Exception exception)
    {
        var failure = exception as StoreException
            ?? StoreErrors.ToStoreException($"Writing {batch.Events.Count} events and {batch.DeadLetters.Count} dead letters", exception);
        if (failure is null)
            return null;
        // After a fail-over the pool is full of connections to a server that does not write any more.
        if (failure.Code is StoreErrors.ConnectionCode or PostgresErrorCodes.ReadOnlySqlTransaction
            || failure.Code.StartsWith("57P", StringComparison.Ordinal))
            _source.Clear();
        _metrics.BatchFailed(failure.ErrorClass);
        return failure;
    }

    private async Task<(BatchOutcome Outcome, string FirstRefusal)> WriteOnceAsync(
        StoreBatch batch, WritePath path, CancellationToken cancellationToken)
    {
        var plan = new BatchPlan(batch, _topic);
        await using var session = await WriteSession.OpenAsync(_source, _copy, cancellationToken).ConfigureAwait(false);
        await EnsurePartitionsAsync(session.Connection, plan, cancellationToken).ConfigureAwait(false);
        await _claims.ClaimAsync(session.Connection, batch, cancellationToken).ConfigureAwait(false);
        await session.BeginAsync(cancellationToken).ConfigureAwait(false);
        var blocks = await _claims.LockAsync(session.Connection, batch, cancellationToken).ConfigureAwait(false);
        if (path != WritePath.Straight)
            await CompareWithStoredAsync(session.Connection, plan, cancellationToken).ConfigureAwait(false);
        if (path == WritePath.Bisect)
            await CopyBisectingAsync(session, plan, plan.Fresh, 0, plan.Fresh.Count, blocks, cancellationToken).ConfigureAwait(false);
        else if (plan.Fresh.Count > 0)
            await session.CopyAsync(plan.Fresh, 0, plan.Fresh.Count, blocks, cancellationToken).ConfigureAwait(false);
        await WriteTwinsAsync(session, plan, blocks, cancellationToken).ConfigureAwait(false);
        await WriteDivergedAsync(session, plan, path, blocks, cancellationToken).ConfigureAwait(false);
        DeadLetterRow[] refused = [.. batch.DeadLetters, .. plan.Refused];
        var deadLetters = await RefusedInsert.WriteAsync(session.Connection, refused, blocks, cancellationToken).ConfigureAwait(false);
        await blocks.WriteAsync(session.Connection, plan.Added, cancellationToken).ConfigureAwait(false);
        await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        var outcome = new BatchOutcome(
            plan.Inserted, plan.Duplicates, plan.Restated, plan.Diverged.Count, plan.Refused.Count, plan.Retired, deadLetters);
        return (outcome, plan.FirstRefusal);
    }

    private async Task EnsurePartitionsAsync(NpgsqlConnection connection, BatchPlan plan, CancellationToken cancellationToken)
    {
        List<AuditRow>? kept = null; // only when something is refused
        _partitions.BeginBatch();
        for (var index = 0; index < plan.Fresh.Count; index++)
        {
            var row = plan.Fresh[index];
            if (_partitions.IsRetired(row.OccurredAtMilliseconds))
            {
                kept ??= plan.Fresh[..index];
                plan.Retire(row);
                continue;
            }
            if (!_partitions.Contains(row.OccurredAtMilliseconds))
            {
                try
                {
                    await _partitions.EnsureAsync(connection, row.OccurredAtMilliseconds, cancellationToken).ConfigureAwait(false);
                }
                catch (PostgresException exception) when (exception.SqlState == StoreErrors.RetiredCode)
                {
                    kept ??= plan.Fresh[..index];
                    plan.Retire(row);
                    await _partitions.RememberRetiredAsync(connection, row.OccurredAtMilliseconds, cancellationToken).ConfigureAwait(false);
                    continue;
                }
                catch (PostgresException exception) when (StoreErrors.Classify(exception) is { Class: StoreErrorClass.Record })
                {
                    kept ??= plan.Fresh[..index];
                    plan.Refuse(row, exception);
                    continue;
                }
            }
            kept?.Add(row);
        }
        if (kept is not null)
            plan.Keep(kept);
    }

    private static async Task CompareWithStoredAsync(NpgsqlConnection connection, BatchPlan plan, CancellationToken cancellationToken)
    {
        var rows = plan.Fresh;
        if (rows.Count == 0)
            return;
        var ids = new Guid[rows.Count];
        var instants = new DateTime[rows.Count];
        for (var index = 0; index < rows.Count; index++)
        {
            ids[index] = rows[index].EventId;
            instants[index] = DateTime.UnixEpoch.AddMilliseconds(rows[index].OccurredAtMilliseconds);
        }
        await using var command = new NpgsqlCommand(LookUpSql, connection);
        command.Parameters.Add(
            new NpgsqlParameter<Guid[]> { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid });
        command.Parameters.Add(
            new NpgsqlParameter<DateTime[]> { TypedValue = instants, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz });
        var stored = new (short Scheme, byte[]? FactHash)[rows.Count];
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                stored[reader.GetInt32(0) - 1] = (reader.GetInt16(1), reader.GetFieldValue<byte[]>(2));
        }
        plan.Compare(stored);
    }

    /// <summary>Halves until the rows at fault stand alone: at most two times the batch for one of them, and at most 17 levels.</summary>
    private static async Task CopyBisectingAsync(
        WriteSession session, BatchPlan plan, List<AuditRow> rows, int start, int count, OpenBlocks blocks, CancellationToken cancellationToken)
    {
        if (count == 0)
            return;
        await session.SaveAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await session.CopyAsync(rows, start, count, blocks, cancellationToken).ConfigureAwait(false);
            await session.ReleaseAsync(cancellationToken).ConfigureAwait(false);
            return;
        }
        catch (PostgresException exception) when (IsRowsFault(exception))
        {
            await session.UndoAsync(cancellationToken).ConfigureAwait(false);
            if (count == 1)
            {
                plan.Refuse(rows[start], exception);
                return;
            }
        }
        var half = count / 2;
        await CopyBisectingAsync(session, plan, rows, start, half, blocks, cancellationToken).ConfigureAwait(false);
        await CopyBisectingAsync(session, plan, rows, start + half, count - half, blocks, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The second and later events of one id in a batch are compared with the first, or take its place when it was
    /// refused.</summary>
    private async Task WriteTwinsAsync(WriteSession session, BatchPlan plan, OpenBlocks blocks, CancellationToken cancellationToken)
    {
        foreach (var twin in plan.Twins)
        {
            if (plan.CompareTwin(twin))
                continue;
            if (_partitions.IsRetired(twin.OccurredAtMilliseconds))
            {
                plan.Retire(twin);
                continue;
            }
            plan.Promote(twin);
            if (_partitions.Contains(twin.OccurredAtMilliseconds))
                await CopyBisectingAsync(session, plan, [twin], 0, 1, blocks, cancellationToken).ConfigureAwait(false);
            else
                plan.RefuseAsFirst(twin);
        }
    }

    private static async Task WriteDivergedAsync(
        WriteSession session, BatchPlan plan, WritePath path, OpenBlocks blocks, CancellationToken cancellationToken)
    {
        if (path != WritePath.Bisect)
        {
            await RefusedInsert.WriteAsync(session.Connection, plan.Diverged, blocks, cancellationToken).ConfigureAwait(false);
            return;
        }
        foreach (var diverged in plan.Diverged.ToArray())
        {
            await session.SaveAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await RefusedInsert.WriteAsync(session.Connection, [diverged], blocks, cancellationToken).ConfigureAwait(false);
                await session.ReleaseAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException exception) when (IsRowsFault(exception))
            {
                await session.UndoAsync(cancellationToken).ConfigureAwait(false);
                _ = plan.Diverged.Remove(diverged);
                plan.Refuse(diverged.Row, exception);
            }
        }
    }

    private void Report(BatchOutcome outcome, StoreBatch batch, string firstRefusal, TimeSpan duration)
    {
        _metrics.BatchWritten(outcome, duration);
        if (outcome.Refused > 0)
            _logger.EventsRefused(outcome.Refused, batch.Events.Count, firstRefusal);
        if (outcome.Divergences > 0)
            _logger.EventsDiverged(outcome.Divergences);
        if (outcome.Retired > 0)
            _logger.EventsRetired(outcome.Retired);
        if (outcome.Restated > 0)
            _logger.EventsRestated(outcome.Restated);
    }

    private static bool IsRowsFault(PostgresException exception) => StoreErrors.Classify(exception) is { Class: StoreErrorClass.Record };
}

using AuditStream.Core.Chain;
using AuditStream.Core.Sink;
using Npgsql;
using NpgsqlTypes;

namespace AuditStream.Postgres.Verify;

/// <summary>Holds events that raw records give against those that are stored, with the reader's login. Writes nothing.</summary>
/// <remarks>What is not there at first is asked for once more at the end, and explained where it can be: retired, a dead letter, on its way. Not
/// thread-safe.</remarks>
public sealed class SourceComparison : IAsyncDisposable
{
    /// <summary>How many events one question asks for.</summary>
    public const int BatchEvents = 5_000;

    /// <summary>How many events that are not there are remembered; the others are counted.</summary>
    public const int MaxMissing = 100_000;

    private const string DivergencesSql = "SELECT k.n FROM unnest($1, $2) WITH ORDINALITY AS k (id, hash, n) "
        + "WHERE EXISTS (SELECT FROM audit.divergence d WHERE d.event_id = k.id AND d.fact_hash = k.hash)";

    private const string DeadLettersSql = "SELECT k.n FROM unnest($1, $2, $3) WITH ORDINALITY AS k (topic, topic_partition, topic_offset, n) "
        + "WHERE EXISTS (SELECT FROM audit.dead_letter d WHERE d.stage NOT IN ('sink', 'store') AND d.topic = k.topic AND d.topic_partition = k.topic_partition "
        + "AND d.topic_offset = k.topic_offset)";

    private readonly NpgsqlDataSource source;
    private readonly DamageReport report = new();
    private readonly List<DerivedEvent> missing = [];
    private long events;
    private long same;
    private long restated;
    private long retiredEvents;
    private long divergent;
    private long uncounted;

    /// <summary>Makes it; nothing connects yet.</summary>
    /// <param name="options">The reader's login.</param>
    public SourceComparison(PostgresOptions options) => source = DataSources.Build(options);

    /// <summary>The fingerprint of the identity key that made the ids of this store; null when none is noted.</summary>
    /// <exception cref="StoreException">The store was not reached, or a right or the schema is missing.</exception>
    public Task<string?> FingerprintAsync(CancellationToken cancellationToken) => AskAsync(async () =>
    {
        await using var command = source.CreateCommand("SELECT fingerprint FROM audit.identity WHERE retired_at IS NULL");
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string;
    });

    /// <summary>Compares some events: at most <see cref="BatchEvents"/>.</summary>
    /// <exception cref="StoreException">As of <see cref="FingerprintAsync"/>.</exception>
    public Task CompareAsync(IReadOnlyList<DerivedEvent> batch, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        events += batch.Count;
        var (absent, different) = await LookUpAsync(batch, cancellationToken).ConfigureAwait(false);
        await JudgeDifferentAsync(different, cancellationToken).ConfigureAwait(false);
        var room = Math.Max(0, MaxMissing - missing.Count);
        missing.AddRange(absent.Take(room));
        uncounted += Math.Max(0, absent.Count - room);
        return true;
    });

    /// <summary>The events that were not there; the first <see cref="MaxMissing"/>.</summary>
    public IReadOnlyCollection<DerivedEvent> Missing => missing;

    /// <summary>Asks again for what was not there, and explains it.</summary>
    /// <param name="onTheirWay">Events that the sink has not taken yet.</param>
    /// <param name="isUndecided">Whether nothing is known of what is not there: it may not have been made yet.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="StoreException">As of <see cref="FingerprintAsync"/>.</exception>
    public Task<SourceReport> FinishAsync(IReadOnlySet<Guid> onTheirWay, bool isUndecided, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        var retired = await RetiredRanges.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        var (pending, undecided, deadLetters) = (onTheirWay.Count > 0 ? uncounted : 0, 0L, 0L);
        foreach (var chunk in missing.Chunk(BatchEvents))
        {
            var (absent, different) = await LookUpAsync(chunk, cancellationToken).ConfigureAwait(false);
            await JudgeDifferentAsync(different, cancellationToken).ConfigureAwait(false);
            retiredEvents += absent.RemoveAll(one => retired.Holds(one.OccurredAtMilliseconds));
            pending += absent.RemoveAll(one => onTheirWay.Contains(one.EventId));
            deadLetters += await RemoveDeadLettersAsync(absent, cancellationToken).ConfigureAwait(false);
            undecided += isUndecided ? absent.Count : 0;
            foreach (var one in isUndecided ? [] : absent)
                Add(one, "and neither it nor a dead letter of it is in the store.");
        }
        if (isUndecided && pending == 0)
            undecided += uncounted;
        else if (uncounted > 0 && pending == 0)
            report.Add(DamageKind.SourceDisagrees, shard: null, block: null, FormattableString.Invariant($"{uncounted} more events are not in the store; they were not looked at one by one."));
        return new SourceReport
        {
            Events = events, Same = same, Restated = restated, Retired = retiredEvents, Divergent = divergent, DeadLetters = deadLetters, Pending = pending,
            Undecided = undecided, DamageCount = report.Count, Damages = report.Kept,
        };
    });

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();

    private async Task<(List<DerivedEvent> Absent, List<DerivedEvent> Different)> LookUpAsync(
        IReadOnlyList<DerivedEvent> batch, CancellationToken cancellationToken)
    {
        var (found, different) = (new bool[batch.Count], new List<DerivedEvent>());
        await using var command = source.CreateCommand("SELECT ordinal, fact_scheme, fact_hash FROM audit.known_events($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. batch.Select(one => one.EventId)] });
        command.Parameters.Add(new NpgsqlParameter
        {
            Value = batch.Select(one => DateTime.UnixEpoch.AddMilliseconds(one.OccurredAtMilliseconds)).ToArray(),
            NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
        });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var index = reader.GetInt32(0) - 1;
            found[index] = true;
            if (reader.GetInt16(1) != batch[index].FactScheme)
                restated++;
            else if (reader.GetFieldValue<byte[]>(2).AsSpan().SequenceEqual(batch[index].FactHash))
                same++;
            else
                different.Add(batch[index]);
        }
        return ([.. batch.Where((_, index) => !found[index])], different);
    }

    private async Task JudgeDifferentAsync(List<DerivedEvent> different, CancellationToken cancellationToken)
    {
        if (different.Count == 0)
            return;
        await using var command = source.CreateCommand(DivergencesSql);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. different.Select(one => one.EventId)] });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. different.Select(one => one.FactHash)] });
        var known = await OrdinalsAsync(command, cancellationToken).ConfigureAwait(false);
        divergent += known.Count;
        foreach (var one in different.Where((_, index) => !known.Contains(index)))
            Add(one, "and it is stored with other facts, which are not among the divergences: the raw record or the row is not what it was.");
    }

    // A record that was refused as a whole, or an event that was refused on its way into the table.
    private async Task<int> RemoveDeadLettersAsync(List<DerivedEvent> absent, CancellationToken cancellationToken)
    {
        if (absent.Count == 0)
            return 0;
        await using var records = source.CreateCommand(DeadLettersSql);
        records.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. absent.Select(one => PostgresText.Storable(one.Topic))] });
        records.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. absent.Select(one => one.Partition)] });
        records.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. absent.Select(one => one.Offset)] });
        var refused = await OrdinalsAsync(records, cancellationToken).ConfigureAwait(false);
        var uids = new HashSet<string>(StringComparer.Ordinal);
        await using (var command = source.CreateCommand("SELECT event_uid FROM audit.refused_events($1)"))
        {
            command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. absent.Select(one => one.EventUid)] });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                uids.Add(Convert.ToHexString(reader.GetFieldValue<byte[]>(0)));
        }
        var before = absent.Count;
        var kept = absent.Where((one, index) => !refused.Contains(index) && !uids.Contains(Convert.ToHexString(one.EventUid))).ToList();
        absent.Clear();
        absent.AddRange(kept);
        return before - kept.Count;
    }

    private static async Task<HashSet<int>> OrdinalsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var ordinals = new HashSet<int>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            ordinals.Add((int)reader.GetInt64(0) - 1);
        return ordinals;
    }

    private void Add(DerivedEvent one, string what) => report.Add(DamageKind.SourceDisagrees, shard: null, block: null,
        FormattableString.Invariant($"Record {one.Topic}[{one.Partition}]@{one.Offset} gives it, {what}"), one.EventId);

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (Exception exception) when (StoreErrors.ToStoreException("Comparing with the audit store", exception) is { } error)
        {
            throw error;
        }
    }
}

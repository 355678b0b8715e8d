using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace AuditStream.Postgres;

/// <summary>The ranges of <c>audit.event</c> that this store knows to be there.</summary>
internal sealed class PartitionCache(ILogger logger)
{
    private const string Sql = "SELECT name, (extract(epoch FROM valid_from) * 1000)::bigint, (extract(epoch FROM valid_to) * 1000)::bigint "
        + "FROM audit.ensure_partition('epoch'::timestamptz + $1 * interval '1 millisecond')";

    private const string RetiredSql = "SELECT (extract(epoch FROM valid_from) * 1000)::bigint, (extract(epoch FROM valid_to) * 1000)::bigint "
        + "FROM audit.partition WHERE retired_at IS NOT NULL AND 'epoch'::timestamptz + $1 * interval '1 millisecond' >= valid_from "
        + "AND 'epoch'::timestamptz + $1 * interval '1 millisecond' < valid_to";

    // Sorted by start; the database bounds their number (audit.setting partition_limit).
    private readonly SortedList<long, long> _ranges = [];
    private readonly SortedList<long, long> _retired = [];
    private (long From, long To) _last;

    /// <summary>Whether the partition of an instant (milliseconds since the Unix epoch) is known to be there.</summary>
    public bool Contains(long milliseconds)
    {
        if (milliseconds >= _last.From && milliseconds < _last.To)
            return true;
        foreach (var (from, to) in _ranges)
        {
            if (milliseconds >= from && milliseconds < to)
            {
                _last = (from, to);
                return true;
            }
        }
        return false;
    }

    /// <summary>Begins a batch: which ranges are retired is asked once for each. A range that was taken back into use takes its rows from the next batch
    /// on; one that is remembered as retired for good would lose them.</summary>
    public void BeginBatch() => _retired.Clear();

    /// <summary>Whether an instant is known to lie in a range that was retired when this batch began.</summary>
    public bool IsRetired(long milliseconds)
    {
        foreach (var (from, to) in _retired)
        {
            if (milliseconds >= from && milliseconds < to)
                return true;
        }
        return false;
    }

    /// <summary>Keeps in mind the retired range of an instant: a replay brings many events of it in one batch.</summary>
    public async Task RememberRetiredAsync(NpgsqlConnection connection, long milliseconds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(RetiredSql, connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = milliseconds, NpgsqlDbType = NpgsqlDbType.Bigint });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            _retired[reader.GetInt64(0)] = reader.GetInt64(1);
    }

    /// <summary>Makes the partition of an instant unless it is there; outside of any transaction.</summary>
    /// <exception cref="PostgresException">AU001: out of bounds. AU002: too many partitions. AU003: retired. Or another error of the
    /// server.</exception>
    public async Task EnsureAsync(NpgsqlConnection connection, long milliseconds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = milliseconds, NpgsqlDbType = NpgsqlDbType.Bigint });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            throw new InvalidOperationException("audit.ensure_partition gave no row.");
        var name = reader.GetString(0);
        _last = (reader.GetInt64(1), reader.GetInt64(2));
        _ranges[_last.From] = _last.To;
        logger.PartitionReady(name);
    }

    /// <summary>Forgets everything: a partition that was there is gone.</summary>
    /// <returns>True when something was known.</returns>
    public bool Forget()
    {
        var known = _ranges.Count > 0;
        _ranges.Clear();
        _retired.Clear();
        _last = default;
        return known;
    }
}

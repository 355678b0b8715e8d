using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuditStream.Core.Archive;
using AuditStream.Core.Chain;
using Npgsql;

namespace AuditStream.Postgres.Retire;

/// <summary>Drops an archived range and leaves a tombstone: one transaction of the owner.</summary>
/// <remarks>Detaching stops the table for a moment, so it comes last, and is tried in short waits: behind a wait for the lock every batch would wait too.
/// Under it nothing is left to do but to look whether an event came after the archive was made.</remarks>
internal sealed class RangeDrop(NpgsqlDataSource owner, string origin, ICheckpointSigner signer, TimeProvider time)
{
    /// <summary>How long one attempt to detach waits for readers and writers, in milliseconds.</summary>
    private const int LockMilliseconds = 2_000;

    /// <summary>How often it is tried; between two attempts they go on.</summary>
    private const int MaxLockAttempts = 15;

    private static readonly TimeSpan pause = TimeSpan.FromSeconds(1);

    // Of blocks that have other events too: which ones are of this range. The same list as the archive gave.
    private const string PartsSql = """
        INSERT INTO audit.tombstone_part (shard, block, valid_from, offsets)
        SELECT e.shard, e.block, $1, string_agg(int8send(e.stream_offset), ''::bytea ORDER BY e.stream_offset)
        FROM audit.block b JOIN audit.event e ON e.shard = b.shard AND e.block = b.number AND e.occurred_at >= $1 AND e.occurred_at < $2
        WHERE b.occurred_from < $2 AND b.occurred_to >= $1 AND (b.occurred_from < $1 OR b.occurred_to >= $2)
        GROUP BY e.shard, e.block
        """;

    private const string PartsListSql = "SELECT shard, block, offsets FROM audit.tombstone_part WHERE valid_from = $1 ORDER BY shard, block";

    // What is dropped must be what was archived: the table of this name, with this range.
    private const string BoundsSql = "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid AND i.inhparent = 'audit.event'::regclass "
        + "WHERE c.oid = to_regclass(format('audit.%I', $1)) AND pg_get_expr(c.relpartbound, c.oid) = format('FOR VALUES FROM (%L) TO (%L)', $2, $3))";

    private const string SameStoreSql = "SELECT (SELECT min(o.began_at) FROM audit.chain_origin o) IS NOT DISTINCT FROM $4 "
        + "AND NOT EXISTS (SELECT FROM unnest($1, $2, $3) AS k (shard, number, hash) "
        + "WHERE NOT EXISTS (SELECT FROM audit.block b WHERE b.shard = k.shard AND b.number = k.number AND b.hash = k.hash))";

    private const string LedgerSql = "INSERT INTO audit.tombstone_ledger SELECT $1, r.* FROM audit.ledger_ranges($1, $2) r";

    private const string TombstoneSql = "INSERT INTO audit.tombstone (valid_from, valid_to, name, row_count, unchained_count, retired_at, key_fingerprint, note) "
        + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";

    private const string KeySql = "INSERT INTO audit.checkpoint_key (fingerprint, public_key) VALUES ($1, $2) ON CONFLICT DO NOTHING";

    private const string ClockSql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, (SELECT value FROM audit.setting WHERE name = 'retention')";

    /// <summary>Drops it.</summary>
    /// <returns>The signed note.</returns>
    /// <exception cref="RetirementException">It is held, its time is not over, events came after it was archived, or somebody keeps reading it.</exception>
    /// <exception cref="Core.Sink.StoreException">The store was not reached, or a right is missing.</exception>
    public Task<string> RunAsync(ArchivedRange archived, string by, string reason, CancellationToken cancellationToken) =>
        OwnerWork.RunAsync(owner, $"Retiring {archived.Range.Name}", async (connection, transaction, token) =>
        {
            var range = archived.Range;
            await RequireAsync(connection, range, token).ConfigureAwait(false);
            if (!await IsSameStoreAsync(connection, archived, token).ConfigureAwait(false))
            {
                throw new RetirementException($"{range.Name} is not retired: Postgres:OwnerConnectionString and Postgres:ReaderConnectionString name two stores, and the archive is "
                    + "of the other one.");
            }
            await OwnerWork.ExecuteAsync(connection, PartsSql, token, range.From.UtcDateTime, range.To.UtcDateTime).ConfigureAwait(false);
            if (!(await PartsHashAsync(connection, range.From, token).ConfigureAwait(false)).AsSpan().SequenceEqual(archived.PartsHash))
                throw Changed(range);
            await OwnerWork.ExecuteAsync(connection, LedgerSql, token, range.From.UtcDateTime, range.To.UtcDateTime).ConfigureAwait(false);
            var note = await SignAsync(connection, archived, by, reason, token).ConfigureAwait(false);
            await DetachAsync(connection, transaction, range, token).ConfigureAwait(false);
            if (await HasNewAsync(connection, archived, token).ConfigureAwait(false))
                throw Changed(range);
            await OwnerWork.ExecuteAsync(connection, $"DROP TABLE audit.{Quoted(range.Name)}", token).ConfigureAwait(false);
            return note;
        }, cancellationToken);

    /// <summary>Asks the owner's server whether a range may be dropped: the reader's may be a stand-by, which knows it later.</summary>
    /// <exception cref="RetirementException">It may not.</exception>
    /// <exception cref="Core.Sink.StoreException">As of <see cref="RunAsync"/>.</exception>
    public Task LookAsync(RetirableRange range, CancellationToken cancellationToken) =>
        OwnerWork.RunAsync(owner, $"Retiring {range.Name}", async (connection, _, token) =>
        {
            await RequireAsync(connection, range, token).ConfigureAwait(false);
            return true;
        }, cancellationToken);

    /// <summary>The hash of what <c>audit.tombstone_ledger</c> has of a range: SHA-256 over its columns as text, a line each, a tab between them.</summary>
    internal static async Task<byte[]> LedgerHashAsync(NpgsqlConnection connection, DateTimeOffset from, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT concat_ws(E'\\t', application, sub_topology, topic, topic_partition, from_offset, to_offset) || E'\\n' "
            + "FROM audit.tombstone_ledger WHERE valid_from = $1 "
            + "ORDER BY application COLLATE \"C\", sub_topology COLLATE \"C\", topic COLLATE \"C\", topic_partition, from_offset", connection);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = from.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            hash.AppendData(Encoding.UTF8.GetBytes(reader.GetString(0)));
        return hash.GetCurrentHash();
    }

    /// <summary>The hash of what <c>audit.tombstone_part</c> has of a range.</summary>
    internal static async Task<byte[]> PartsHashAsync(NpgsqlConnection connection, DateTimeOffset from, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PartsListSql, connection);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = from.UtcDateTime });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        using var parts = new PartList();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            parts.Add(reader.GetInt32(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));
        return parts.Hash();
    }

    private static async Task RequireAsync(NpgsqlConnection connection, RetirableRange range, CancellationToken cancellationToken)
    {
        var found = (await Retirement.ListAsync(connection, cancellationToken).ConfigureAwait(false)).FirstOrDefault(other => other.Name == range.Name)
            ?? throw new RetirementException($"{range.Name} is retired already.");
        if (found.Refusal is { } refusal)
            throw new RetirementException($"{range.Name} is not retired: {refusal}.");
        await OwnerWork.ExecuteAsync(connection, "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'", cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(BoundsSql, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = range.Name });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = range.From.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = range.To.UtcDateTime });
        if ((found.From, found.To) != (range.From, range.To) || await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not true)
        {
            throw new RetirementException($"{range.Name} is not retired: its partition is not one of audit.event with the range that audit.partition says. Ask audit.self_check(), "
                + "and find out who changed it.");
        }
    }

    // A copy of the store has its instant too, and other blocks at its ends.
    private static async Task<bool> IsSameStoreAsync(NpgsqlConnection connection, ArchivedRange archived, CancellationToken cancellationToken)
    {
        var heads = archived.Heads.Where(head => head.Number > 0).ToList();
        await using var command = new NpgsqlCommand(SameStoreSql, connection);
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. heads.Select(head => head.Shard)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. heads.Select(head => head.Number)] });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = [.. heads.Select(head => head.Hash)] });
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)archived.BeganAt ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    private async Task<string> SignAsync(NpgsqlConnection connection, ArchivedRange archived, string by, string reason, CancellationToken cancellationToken)
    {
        var range = archived.Range;
        var (now, retention) = (0L, "");
        await using (var command = new NpgsqlCommand(ClockSql, connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            _ = await reader.ReadAsync(cancellationToken).ConfigureAwait(false); // it has one row always
            (now, retention) = (reader.GetInt64(0), reader.GetString(1));
        }
        var tombstone = new Tombstone
        {
            Origin = origin,
            Partition = range.Name,
            From = range.From.ToUnixTimeMilliseconds(),
            To = range.To.ToUnixTimeMilliseconds(),
            RetiredAtMicroseconds = now,
            Rows = archived.Rows,
            RowsHash = archived.RowsHash,
            UnchainedRows = archived.UnchainedRows,
            UnchainedHash = archived.UnchainedHash,
            PartsHash = archived.PartsHash,
            LedgerHash = await LedgerHashAsync(connection, range.From, cancellationToken).ConfigureAwait(false),
            ManifestHash = archived.ManifestHash,
            Checkpoint = archived.Checkpoint,
            Retention = Tombstone.Line(retention),
            By = Tombstone.Line(by),
            Reason = Tombstone.Line(reason),
        };
        var note = SignedNote.Sign(tombstone.Text(), origin, signer);
        var (fingerprint, retiredAt) = (SignedNote.Fingerprint(signer.PublicKey), DateTime.UnixEpoch.AddTicks(now * TimeSpan.TicksPerMicrosecond));
        await OwnerWork.ExecuteAsync(connection, KeySql, cancellationToken, fingerprint, signer.PublicKey).ConfigureAwait(false);
        await OwnerWork.ExecuteAsync(connection, TombstoneSql, cancellationToken, range.From.UtcDateTime, range.To.UtcDateTime, range.Name, archived.Rows,
            archived.UnchainedRows, retiredAt, fingerprint, note).ConfigureAwait(false);
        await OwnerWork.ExecuteAsync(connection, "UPDATE audit.partition SET retired_at = $1 WHERE valid_from = $2", cancellationToken, retiredAt, range.From.UtcDateTime)
            .ConfigureAwait(false);
        return note;
    }

    private async Task DetachAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, RetirableRange range, CancellationToken cancellationToken)
    {
        const string Savepoint = "detach";
        await OwnerWork.ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture, $"SET LOCAL lock_timeout = {LockMilliseconds}"), cancellationToken).ConfigureAwait(false);
        for (var attempt = 1; ; attempt++)
        {
            await transaction.SaveAsync(Savepoint, cancellationToken).ConfigureAwait(false);
            try
            {
                await OwnerWork.ExecuteAsync(connection, $"ALTER TABLE audit.event DETACH PARTITION audit.{Quoted(range.Name)}", cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                await transaction.RollbackAsync(Savepoint, cancellationToken).ConfigureAwait(false);
                if (attempt == MaxLockAttempts)
                {
                    throw new RetirementException($"{range.Name} is not retired: something reads or writes audit.event for a long time (pg_stat_activity shows what; auditstream "
                        + "verify is one), and detaching must wait for it. The archive is written anew the next time.");
                }
            }
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<bool> HasNewAsync(NpgsqlConnection connection, ArchivedRange archived, CancellationToken cancellationToken)
    {
        // CA2100: the name is the catalogue's, quoted.
#pragma warning disable CA2100
        await using var command = new NpgsqlCommand($"""
            SELECT EXISTS (
              SELECT FROM audit.chain_head h LEFT JOIN unnest($1, $2) AS k (shard, number) ON k.shard = h.shard
              CROSS JOIN LATERAL (SELECT b.number FROM audit.block b
                WHERE b.shard = h.shard AND b.number > coalesce(k.number, 0) AND b.occurred_from < $4 AND b.occurred_to >= $3) b
              WHERE EXISTS (SELECT FROM audit.{Quoted(archived.Range.Name)} e WHERE e.shard = h.shard AND e.block = b.number))
            """, connection);
#pragma warning restore CA2100
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. archived.Heads.Select(head => head.Shard)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. archived.Heads.Select(head => head.Number)] });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = archived.Range.From.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = archived.Range.To.UtcDateTime });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    private static RetirementException Changed(RetirableRange range) =>
        new($"{range.Name} is not retired: events of it came after it was archived. Run it again.");

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}

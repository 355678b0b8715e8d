using AuditStream.Core.Archive;
using AuditStream.Core.Chain;
using AuditStream.Postgres.Retire;
using Npgsql;

namespace AuditStream.Postgres.Verify;

/// <summary>Verifies the tombstones of retired ranges: that there is one for each, signed, and that it says what the chain says.</summary>
internal sealed class TombstoneCheck(NpgsqlDataSource source, DamageReport report)
{
    private const string RegisterSql = """
        SELECT p.name, true FROM audit.partition p
        LEFT JOIN audit.tombstone t ON t.name = p.name AND t.valid_from = p.valid_from AND t.valid_to = p.valid_to
        WHERE p.retired_at IS NOT NULL AND t.name IS NULL
        UNION ALL
        SELECT t.name, false FROM audit.tombstone t
        LEFT JOIN audit.partition p ON t.name = p.name AND t.valid_from = p.valid_from AND t.valid_to = p.valid_to AND p.retired_at IS NOT NULL
        WHERE p.name IS NULL
        """;

    // An infinite instant is nothing that was signed, and no number: -2, which no note says.
    private const string Sql = "SELECT name, CASE WHEN isfinite(valid_from) THEN (extract(epoch FROM valid_from) * 1000)::bigint ELSE -2 END, "
        + "CASE WHEN isfinite(valid_to) THEN (extract(epoch FROM valid_to) * 1000)::bigint ELSE -2 END, row_count, unchained_count, "
        + "CASE WHEN isfinite(retired_at) THEN (extract(epoch FROM retired_at) * 1000000)::bigint ELSE -2 END, note FROM audit.tombstone ORDER BY valid_from";

    private const string LeavesSql = "SELECT b.shard, b.number, b.leaves, p.offsets, b.occurred_from >= $1 AND b.occurred_to < $2 FROM audit.block b "
        + "LEFT JOIN audit.tombstone_part p ON p.shard = b.shard AND p.block = b.number AND p.valid_from = $1 "
        + "WHERE b.occurred_from < $2 AND b.occurred_to >= $1 ORDER BY b.shard, b.number";

    /// <summary>Verifies all of them.</summary>
    /// <param name="trusted">Public keys; none: those that the store names.</param>
    /// <param name="recomputes">Whether the hash over the retired events is made anew from the blocks' leaves.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    public async Task RunAsync(IReadOnlyList<byte[]> trusted, bool recomputes, CancellationToken cancellationToken)
    {
        await CompareRegisterAsync(cancellationToken).ConfigureAwait(false);
        var right = await NotesAsync(trusted, cancellationToken).ConfigureAwait(false);
        foreach (var tombstone in right)
        {
            await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            var from = DateTimeOffset.FromUnixTimeMilliseconds(tombstone.From);
            if (!(await RangeDrop.PartsHashAsync(connection, from, cancellationToken).ConfigureAwait(false)).AsSpan().SequenceEqual(tombstone.PartsHash))
                Add(tombstone.Partition, "its rows of audit.tombstone_part are not those that were signed");
            else if (recomputes && !await IsChainsAsync(connection, tombstone, cancellationToken).ConfigureAwait(false))
                Add(tombstone.Partition, "the events that it names are not those that the chain has of this time");
            if (!(await RangeDrop.LedgerHashAsync(connection, from, cancellationToken).ConfigureAwait(false)).AsSpan().SequenceEqual(tombstone.LedgerHash))
                Add(tombstone.Partition, "its rows of audit.tombstone_ledger are not those that were signed");
        }
    }

    private async Task CompareRegisterAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(RegisterSql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reader.GetBoolean(1))
                report.Add(DamageKind.TombstoneMissing, shard: null, block: null, $"audit.partition says that {reader.GetString(0)} is retired, and there is no tombstone of it.");
            else
                Add(reader.GetString(0), "audit.partition does not say that the range is retired");
        }
    }

    private async Task<List<Tombstone>> NotesAsync(IReadOnlyList<byte[]> trusted, CancellationToken cancellationToken)
    {
        var keys = trusted.Count > 0 ? trusted : await StoredKeys.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        var right = new List<Tombstone>();
        await using var command = source.CreateCommand(Sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var name = reader.GetString(0);
            if (SignedNote.Parse(reader.GetString(6)) is not { } note || Tombstone.Parse(note.Text) is not { } tombstone)
                Add(name, "its note cannot be read");
            else if (!keys.Any(note.IsSignedBy))
                Add(name, "its note has no valid signature of a trusted key");
            else if ((tombstone.Partition, tombstone.From, tombstone.To) != (name, reader.GetInt64(1), reader.GetInt64(2))
                || (tombstone.Rows, tombstone.UnchainedRows, tombstone.RetiredAtMicroseconds) != (reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5)))
                Add(name, "its columns are not what its note says");
            else
                right.Add(tombstone);
        }
        return right;
    }

    private static async Task<bool> IsChainsAsync(NpgsqlConnection connection, Tombstone tombstone, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(LeavesSql, connection);
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = DateTime.UnixEpoch.AddMilliseconds(tombstone.From) });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = DateTime.UnixEpoch.AddMilliseconds(tombstone.To) });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        using var sums = new ArchiveSums();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var gone = reader.GetBoolean(4) ? null : PartList.Offsets(reader.IsDBNull(3) ? [] : reader.GetFieldValue<byte[]>(3)).ToHashSet();
            foreach (var entry in LeafEntry.ReadAll(reader.GetFieldValue<byte[]>(2)).Where(entry => gone?.Contains(entry.StreamOffset) ?? true))
                sums.Add(reader.GetInt32(0), reader.GetInt64(1), entry.StreamOffset, entry.Leaf);
        }
        return sums.Rows == tombstone.Rows && sums.RowsHash().AsSpan().SequenceEqual(tombstone.RowsHash);
    }

    private void Add(string name, string what) =>
        report.Add(DamageKind.TombstoneInvalid, shard: null, block: null, $"The tombstone of {name}: {what}.");
}

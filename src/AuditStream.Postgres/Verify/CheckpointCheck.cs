using AuditStream.Core.Chain;
using Npgsql;

namespace AuditStream.Postgres.Verify;

/// <summary>Holds checkpoints against the blocks: those of the table, and copies of them that are kept elsewhere.</summary>
internal sealed class CheckpointCheck(NpgsqlDataSource source, DamageReport report)
{
    /// <summary>How many checkpoints are read at once.</summary>
    private const int PageCheckpoints = 500;

    private const string PageSql = "SELECT number, note FROM audit.checkpoint WHERE number > $1 ORDER BY number LIMIT $2";

    private const string BlocksSql = "SELECT k.n, b.hash FROM unnest($1, $2) WITH ORDINALITY AS k (shard, number, n) "
        + "LEFT JOIN audit.block b ON b.shard = k.shard AND b.number = k.number";

    private const string NotesSql = "SELECT number, note FROM audit.checkpoint WHERE number = ANY ($1)";

    /// <summary>Checks the table's checkpoints behind a number, and the copies of those from that number on.</summary>
    /// <param name="after">The last number that was checked before; 0: none.</param>
    /// <param name="known">A number that was there before; 0: none.</param>
    /// <param name="trusted">Public keys; none: those of the table.</param>
    /// <param name="copies">Notes that are kept elsewhere; null: none.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>How many were checked, and the last one's number.</returns>
    public async Task<(long Count, long Last)> RunAsync(
        long after, long known, IReadOnlyList<byte[]> trusted, IAsyncEnumerable<string>? copies, CancellationToken cancellationToken)
    {
        if (trusted.Count == 0)
            trusted = await StoredKeys.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        var (count, last) = (0L, after);
        while (await PageAsync(last, cancellationToken).ConfigureAwait(false) is { Count: > 0 } page)
        {
            var checkpoints = new List<Checkpoint>(page.Count);
            foreach (var (number, note) in page)
            {
                if (number != last + 1)
                    report.Add(DamageKind.CheckpointInvalid, shard: null, block: null, FormattableString.Invariant($"Checkpoints {last + 1} to {number - 1} are missing."));
                last = number;
                if (Read(note, FormattableString.Invariant($"Checkpoint {number}"), trusted) is not { } checkpoint)
                    continue;
                checkpoints.Add(checkpoint);
                if (checkpoint.Number != number)
                    report.Add(DamageKind.CheckpointInvalid, shard: null, block: null, FormattableString.Invariant($"Checkpoint {number} says that it is {checkpoint.Number}."));
            }
            await CompareAsync(checkpoints, cancellationToken).ConfigureAwait(false);
            count += page.Count;
        }
        if (Math.Max(after, known) is var before and > 0 && !await IsThereAsync(before, cancellationToken).ConfigureAwait(false))
            report.Add(DamageKind.CheckpointMissing, shard: null, block: null, FormattableString.Invariant($"Checkpoint {before} was there before, and the store has none: it went back in time."));
        if (copies is not null)
            count += await CompareCopiesAsync(copies, after, trusted, cancellationToken).ConfigureAwait(false);
        return (count, last);
    }

    // A topic may hold a million of them: a page at a time.
    private async Task<long> CompareCopiesAsync(
        IAsyncEnumerable<string> copies, long after, IReadOnlyList<byte[]> trusted, CancellationToken cancellationToken)
    {
        var count = 0L;
        var page = new List<Checkpoint>(PageCheckpoints);
        await foreach (var copy in copies.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (SignedNote.Parse(copy) is { } note && Checkpoint.Parse(note.Text) is { } old && old.Number < after)
                continue; // it was compared when its block was verified
            count++;
            if (Read(copy, "A copy of a checkpoint", trusted) is not { } checkpoint)
                continue;
            page.Add(checkpoint);
            if (page.Count < PageCheckpoints)
                continue;
            await CompareCopiesAsync(page, cancellationToken).ConfigureAwait(false);
            page.Clear();
        }
        await CompareCopiesAsync(page, cancellationToken).ConfigureAwait(false);
        return count;
    }

    private async Task CompareCopiesAsync(List<Checkpoint> copies, CancellationToken cancellationToken)
    {
        await CompareAsync(copies, cancellationToken).ConfigureAwait(false);
        var stored = new Dictionary<long, string?>();
        await using (var command = source.CreateCommand(NotesSql))
        {
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. copies.Select(copy => copy.Number).Distinct()] });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                stored[reader.GetInt64(0)] = SignedNote.Parse(reader.GetString(1))?.Text;
        }
        foreach (var copy in copies.DistinctBy(copy => copy.Text()))
        {
            if (!stored.TryGetValue(copy.Number, out var text))
                report.Add(DamageKind.CheckpointMissing, shard: null, block: null, FormattableString.Invariant($"There is a copy of checkpoint {copy.Number}, and the store has none: it went back in time."));
            else if (text != copy.Text())
                report.Add(DamageKind.CheckpointMissing, shard: null, block: null, FormattableString.Invariant($"The copy of checkpoint {copy.Number} says something else than the store."));
        }
    }

    private Checkpoint? Read(string text, string what, IReadOnlyList<byte[]> trusted)
    {
        if (SignedNote.Parse(text) is not { } note || Checkpoint.Parse(note.Text) is not { } checkpoint)
        {
            report.Add(DamageKind.CheckpointInvalid, shard: null, block: null, $"{what} cannot be read.");
            return null;
        }
        if (trusted.Any(note.IsSignedBy))
            return checkpoint;
        report.Add(DamageKind.CheckpointInvalid, shard: null, block: null, $"{what} has no valid signature of a trusted key.");
        return null;
    }

    private async Task CompareAsync(List<Checkpoint> checkpoints, CancellationToken cancellationToken)
    {
        var heads = checkpoints.SelectMany(checkpoint => checkpoint.Heads.Select(head => (checkpoint.Number, Head: head))).ToList();
        if (heads.Count == 0)
            return;
        await using var command = source.CreateCommand(BlocksSql);
        command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = [.. heads.Select(entry => entry.Head.Shard)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. heads.Select(entry => entry.Head.Number)] });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var (number, head) = heads[(int)reader.GetInt64(0) - 1];
            if (reader.IsDBNull(1))
            {
                report.Add(DamageKind.CheckpointDisagrees, head.Shard, head.Number,
                    FormattableString.Invariant($"Checkpoint {number} names the block, and it is not there: the newest blocks were removed, or the store went back in time."));
            }
            else if (!reader.GetFieldValue<byte[]>(1).AsSpan().SequenceEqual(head.Hash))
            {
                report.Add(DamageKind.CheckpointDisagrees, head.Shard, head.Number,
                    FormattableString.Invariant($"Checkpoint {number} has another hash of the block: the chain was rewritten."));
            }
        }
    }

    private async Task<List<(long Number, string Note)>> PageAsync(long after, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(PageSql);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PageCheckpoints });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var page = new List<(long, string)>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            page.Add((reader.GetInt64(0), reader.GetString(1)));
        return page;
    }

    private async Task<bool> IsThereAsync(long number, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("SELECT EXISTS (SELECT FROM audit.checkpoint WHERE number = $1)");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }
}

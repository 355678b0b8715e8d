using System.Globalization;
using AuditStream.Core.Chain;
using Npgsql;

namespace AuditStream.Postgres.Verify;

/// <summary>Looks closely at one block that is not whole: which row is it, and what was done to it?</summary>
internal sealed class BlockExaminer(NpgsqlDataSource source, RetiredRanges retired, DamageReport report)
{
    /// <summary>Reports what is wrong with a block's events.</summary>
    /// <returns>How many of its events are of retired ranges.</returns>
    public async Task<int> ExamineAsync(BlockState state, CancellationToken cancellationToken)
    {
        var (header, before) = (state.Header, report.Count);
        var entries = state.Leaves is { } loaded ? LeafEntry.ReadAll(loaded) : await LeavesAsync(header, cancellationToken).ConfigureAwait(false);
        var isListRight = entries.Count == header.Rows
            && MerkleTree.Root([.. entries.SelectMany(entry => entry.Leaf)]).AsSpan().SequenceEqual(header.MerkleRoot);
        if (state.Count < header.Rows && !retired.HoldsAll(header))
            await retired.ReadAgainAsync(cancellationToken).ConfigureAwait(false); // they may have gone while this run was under way
        if (state.Count == 0 && retired.HoldsAll(header))
        {
            if (!isListRight)
                report.Add(DamageKind.LeavesChanged, header.Shard, header.Number, "Its events are retired, and the list of leaves that stands for them does not give its root.");
            return header.Rows;
        }
        var unseen = new Dictionary<long, LeafEntry>();
        foreach (var entry in entries)
            unseen[entry.StreamOffset] = entry;
        var seen = new HashSet<long>();
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var condition = string.Create(CultureInfo.InvariantCulture, $"shard = {header.Shard} AND block = {header.Number}");
        var count = 0;
        await foreach (var chunk in RowStream.ReadAsync(connection, condition, cancellationToken).ConfigureAwait(false))
        {
            for (var row = 0; row < chunk.Facts.Count; row++, count++)
                Judge(header, chunk, row, unseen, seen, isListRight);
        }
        var gone = retired.HoldsAll(header) ? null : await retired.GoneOfAsync(header, cancellationToken).ConfigureAwait(false);
        var missing = unseen.Values.Where(entry => !seen.Contains(entry.StreamOffset)).ToLookup(entry => gone?.Contains(entry.StreamOffset) ?? true);
        var retiredCount = isListRight ? missing[true].Count() : 0;
        if (isListRight)
        {
            foreach (var entry in missing[false])
                report.Add(DamageKind.RowMissing, header.Shard, header.Number, "The event is no longer there.", eventId: null, entry.StreamOffset);
        }
        else if (header.Rows > count)
        {
            report.Add(DamageKind.RowMissing, header.Shard, header.Number, FormattableString.Invariant($"{header.Rows - count} of its {header.Rows} events are no longer there."));
        }
        if (!isListRight)
        {
            report.Add(DamageKind.BlockRowsChanged, header.Shard, header.Number,
                "Its rows and its list of leaves do not give its root: both were changed, or the root was, and the rows at fault may not all be named.");
        }
        if (report.Count == before && retiredCount == 0)
        {
            report.Add(DamageKind.BlockRowsChanged, header.Shard, header.Number,
                "Its events do not give what it says (hash of fact_hash, fact_scheme and event_uid, offsets, or earliest and latest occurred_at).");
        }
        return retiredCount;
    }

    private void Judge(
        BlockHeader header, RowChunk chunk, int row, Dictionary<long, LeafEntry> entries, HashSet<long> seen, bool isListRight)
    {
        var facts = chunk.Facts[row];
        var isNew = seen.Add(facts.StreamOffset);
        if (!entries.TryGetValue(facts.StreamOffset, out var entry) || !isNew)
        {
            report.Add(isListRight ? DamageKind.RowAdded : DamageKind.BlockRowsChanged, header.Shard, header.Number,
                "The row is not one of the block's: it was added, or its stream_offset was changed.", facts.EventId, facts.StreamOffset);
        }
        else if (!chunk.LeafOf(row).SequenceEqual(entry.Leaf))
        {
            report.Add(isListRight ? DamageKind.BodyChanged : DamageKind.BlockRowsChanged, header.Shard, header.Number,
                "The body is not the one that was stored" + (facts.Difference is { } also ? $"; column {also} does not fit it either." : "."), facts.EventId, facts.StreamOffset);
        }
        else if (facts.Difference is { } column)
        {
            report.Add(DamageKind.ColumnChanged, header.Shard, header.Number, $"Column {column} is not what the body says.", facts.EventId, facts.StreamOffset);
        }
        else if (LeafHash.CheckOfColumns(chunk.ColumnsOf(row)) != entry.Check)
        {
            report.Add(DamageKind.ColumnChanged, header.Shard, header.Number, "fact_hash, fact_scheme or event_uid is not what was stored.",
                facts.EventId, facts.StreamOffset);
        }
    }

    private async Task<IReadOnlyList<LeafEntry>> LeavesAsync(BlockHeader header, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("SELECT leaves FROM audit.block WHERE shard = $1 AND number = $2");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = header.Shard });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = header.Number });
        return LeafEntry.ReadAll(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as byte[] ?? []);
    }
}

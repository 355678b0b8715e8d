using System.Security.Cryptography;
using AuditStream.Core.Archive;
using AuditStream.Core.Chain;
using AuditStream.Postgres.Verify;
using Npgsql;

namespace AuditStream.Postgres.Retire;

/// <summary>Holds the events of an archive, as they are read back, against the blocks of the store.</summary>
/// <remarks>Events come by shard, block and stream offset. Of a block whose events are all of the range's time, all must be there; of another, those that are
/// not must be in the store, or have gone with another range.</remarks>
internal sealed class ArchiveComparison(NpgsqlDataSource source, DateTimeOffset from, DateTimeOffset to) : IDisposable
{
    /// <summary>How many blocks are read at once.</summary>
    private const int PageBlocks = 64;

    private const string PageSql = $"SELECT {StoredBlock.Columns}, leaves FROM audit.block WHERE shard = $1 AND number >= $2 AND occurred_from < $4 AND occurred_to >= $3 "
        + "ORDER BY number LIMIT $5";

    private const string ElsewhereSql = "SELECT (SELECT count(*) FROM audit.event WHERE shard = $1 AND block = $2 AND occurred_at BETWEEN $5 AND $6 "
        + "AND NOT (occurred_at >= $3 AND occurred_at < $4)) "
        + "+ (SELECT coalesce(sum(octet_length(p.offsets) / 8), 0) FROM audit.tombstone_part p WHERE p.shard = $1 AND p.block = $2 AND p.valid_from <> $3)";

    private readonly LeafHash hash = new();
    private readonly byte[] leaf = new byte[MerkleTree.HashBytes];
    private readonly byte[] columns = new byte[LeafHash.ColumnsBytes];
    private readonly IncrementalHash columnsOfBlock = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<long, (StoredBlock Block, IReadOnlyList<LeafEntry> Leaves)> page = [];
    private readonly List<long> offsets = [];
    private readonly HashSet<(int, long)> seenParts = [];
    private readonly PartList parts = new();
    private (int Shard, long Block)? current;
    private Dictionary<long, LeafEntry> expected = [];
    private long wholeRows;

    /// <summary>Counts and hashes of what was read.</summary>
    public ArchiveSums Sums { get; } = new();

    /// <summary>The hash of the events out of blocks that the range has only a part of.</summary>
    public byte[] PartsHash() => parts.Hash();

    /// <summary>Holds all events of an archive against the store.</summary>
    /// <param name="path">The file of events.</param>
    /// <param name="chain">What the blocks say; null: that no event of them is missing is not asked.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="RetirementException">They are not those of the blocks.</exception>
    /// <exception cref="InvalidDataException">It is no archive.</exception>
    public async Task RunAsync(string path, RangeChain? chain, CancellationToken cancellationToken)
    {
        foreach (var row in ArchiveReader.Read(path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.OfEvent(row.Body.Span, leaf);
            Sums.Add(row.Shard, row.Block, row.StreamOffset, leaf);
            if (row.Block is not { } block)
                continue;
            if (current != (row.Shard, block))
            {
                if (current is { } before && (row.Shard, block).CompareTo(before) < 0)
                    throw Differs(row.Shard, block, "it is not in its place");
                await EndBlockAsync(cancellationToken).ConfigureAwait(false);
                await BeginBlockAsync(row.Shard, block, cancellationToken).ConfigureAwait(false);
            }
            LeafHash.WriteColumns(row.StreamOffset, row.FactScheme, row.FactHash, row.EventUid, columns);
            if (offsets.Count > 0 && offsets[^1] >= row.StreamOffset)
                throw Differs(row.Shard, block, FormattableString.Invariant($"the event at offset {row.StreamOffset} is not in its place"));
            if (!expected.TryGetValue(row.StreamOffset, out var entry) || !entry.Leaf.AsSpan().SequenceEqual(leaf)
                || entry.Check != LeafHash.CheckOfColumns(columns))
                throw Differs(row.Shard, block, FormattableString.Invariant($"the event at offset {row.StreamOffset} is not the one that was stored"));
            offsets.Add(row.StreamOffset);
            columnsOfBlock.AppendData(columns);
        }
        await EndBlockAsync(cancellationToken).ConfigureAwait(false);
        if (chain is null)
            return;
        foreach (var part in chain.Parts.Where(part => !seenParts.Contains(part)))
        {
            await BeginBlockAsync(part.Shard, part.Block, cancellationToken).ConfigureAwait(false);
            await RequireElsewhereAsync(page[part.Block].Block.Header, cancellationToken).ConfigureAwait(false);
        }
        if (wholeRows != chain.WholeRows)
            throw new RetirementException(FormattableString.Invariant($"The archive has {wholeRows} events of blocks that are all of this time, and they have {chain.WholeRows}: ")
                + "events are missing. Run auditstream verify --all.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Sums.Dispose();
        columnsOfBlock.Dispose();
        parts.Dispose();
    }

    private async Task BeginBlockAsync(int shard, long number, CancellationToken cancellationToken)
    {
        if (current?.Shard != shard || !page.ContainsKey(number))
            await ReadPageAsync(shard, number, cancellationToken).ConfigureAwait(false);
        current = (shard, number);
        offsets.Clear();
        if (!page.TryGetValue(number, out var found))
            throw Differs(shard, number, "there is no such block with events of this time");
        var (block, leaves) = found;
        if (!block.Header.Hash().AsSpan().SequenceEqual(block.Hash)
            || !MerkleTree.Root([.. leaves.SelectMany(entry => entry.Leaf)]).AsSpan().SequenceEqual(block.Header.MerkleRoot))
            throw Differs(shard, number, "the block or its list of leaves was changed");
        expected = leaves.ToDictionary(entry => entry.StreamOffset);
    }

    private async Task EndBlockAsync(CancellationToken cancellationToken)
    {
        if (current is not { } place)
            return;
        var header = page[place.Block].Block.Header;
        var hashOfColumns = columnsOfBlock.GetHashAndReset();
        if (header.OccurredFrom >= from.ToUnixTimeMilliseconds() && header.OccurredTo < to.ToUnixTimeMilliseconds())
        {
            if (offsets.Count != header.Rows)
                throw Differs(place.Shard, place.Block, FormattableString.Invariant($"{header.Rows - offsets.Count} of its {header.Rows} events are missing"));
            // The list's checks of columns are in no hash of the block: who changed both is found here.
            if (!hashOfColumns.AsSpan().SequenceEqual(header.ColumnsHash))
                throw Differs(place.Shard, place.Block, "offsets or fact hashes of its events are not the ones that were stored");
            wholeRows += header.Rows;
            return;
        }
        _ = seenParts.Add(place);
        parts.Add(place.Shard, place.Block, PartList.Bytes(offsets));
        await RequireElsewhereAsync(header, cancellationToken).ConfigureAwait(false);
    }

    // What is not here must be in the store, or have gone with another range.
    private async Task RequireElsewhereAsync(BlockHeader header, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        // A few rows of a table: the index over blocks knows where, whatever the statistics say.
        await OwnerWork.ExecuteAsync(connection, "SET LOCAL enable_seqscan = off", cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(ElsewhereSql, connection);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = header.Shard });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = header.Number });
        foreach (var milliseconds in new[] { from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), header.OccurredFrom, header.OccurredTo })
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = DateTime.UnixEpoch.AddMilliseconds(milliseconds) });
        var elsewhere = await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is long count ? count : 0;
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        if (elsewhere + offsets.Count != header.Rows)
            throw Differs(header.Shard, header.Number, FormattableString.Invariant($"it has {header.Rows} events, and {offsets.Count} here and {elsewhere} elsewhere are left"));
    }

    private async Task ReadPageAsync(int shard, long number, CancellationToken cancellationToken)
    {
        page.Clear();
        await using var command = source.CreateCommand(PageSql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = from.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = to.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PageBlocks });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var block = StoredBlock.Read(reader);
            page[block.Header.Number] = (block, LeafEntry.ReadAll(reader.GetFieldValue<byte[]>(reader.FieldCount - 1)));
        }
    }

    private static RetirementException Differs(int shard, long block, string what) =>
        new(FormattableString.Invariant($"Shard {shard}, block {block}: {what}. Run auditstream verify --all."));
}

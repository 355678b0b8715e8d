using AuditStream.Core.Chain;
using Npgsql;

namespace AuditStream.Postgres.Verify;

/// <summary>The blocks of one shard in order, read in pages, each held against the one before it.</summary>
internal sealed class ChainWalk(NpgsqlDataSource source, ChainHead start, DamageReport report)
{
    /// <summary>How many blocks one question asks for.</summary>
    private const int PageBlocks = 256;

    private const string Sql = $"SELECT {StoredBlock.Columns} FROM audit.block WHERE shard = $1 AND number > $2 ORDER BY number LIMIT $3";

    private readonly Queue<StoredBlock> page = new();
    private long epoch;
    private bool isOver;

    /// <summary>The last block that was taken; at first where the walk begins.</summary>
    public ChainHead Last { get; private set; } = start;

    /// <summary>The next block; null at the end.</summary>
    public StoredBlock? Next => page.Count == 0 ? null : page.Peek();

    /// <summary>Sees to it that <see cref="Next"/> is there, unless the chain ends.</summary>
    public async Task FillAsync(CancellationToken cancellationToken)
    {
        if (page.Count > 0 || isOver)
            return;
        await using var command = source.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Last.Shard });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = Last.Number });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = PageBlocks });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            page.Enqueue(StoredBlock.Read(reader));
        isOver = page.Count == 0;
    }

    /// <summary>Takes the next block and holds it against the one before.</summary>
    public StoredBlock Take()
    {
        var block = page.Dequeue();
        var header = block.Header;
        if (header.Number != Last.Number + 1)
        {
            report.Add(DamageKind.BlockMissing, header.Shard, Last.Number + 1,
                header.Number == Last.Number + 2 ? "The block is missing." : FormattableString.Invariant($"Blocks {Last.Number + 1} to {header.Number - 1} are missing."));
        }
        else if (!header.PreviousHash.AsSpan().SequenceEqual(Last.Hash))
        {
            report.Add(DamageKind.ChainBroken, header.Shard, header.Number, FormattableString.Invariant(
                $"It does not name the hash that block {Last.Number} has: one of the two was exchanged."));
        }
        if (!header.Hash().AsSpan().SequenceEqual(block.Hash))
            report.Add(DamageKind.BlockChanged, header.Shard, header.Number, "Its columns do not give its hash: one of them was changed.");
        if (header.Epoch < epoch)
            report.Add(DamageKind.ChainBroken, header.Shard, header.Number, "It was written under an older claim than the block before it.");
        epoch = Math.Max(epoch, header.Epoch);
        Last = new ChainHead(header.Shard, header.Number, block.Hash);
        return block;
    }
}

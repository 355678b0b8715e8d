using AuditStream.Core.Chain;
using AuditStream.Core.Sink;
using Npgsql;

namespace AuditStream.Postgres.Verify;

/// <summary>Gathers the proof of one event, with the reader's login.</summary>
public sealed class Prover : IAsyncDisposable
{
    /// <summary>How many blocks there may be between the event's and the next checkpoint's.</summary>
    public const int MaxBlocks = 100_000;

    private const string EventSql = "SELECT shard, block, stream_offset, body::text FROM audit.event WHERE event_id = $1";
    private const string BlocksSql = $"SELECT {StoredBlock.Columns} FROM audit.block WHERE shard = $1 AND number BETWEEN $2 AND $3 ORDER BY number";

    // The first one whose heads reach the block: made not much before the block was written at the earliest.
    private const string CheckpointsSql = "SELECT note FROM audit.checkpoint WHERE made_at >= (SELECT written_at FROM audit.block WHERE shard = $1 AND number = $2) "
        + "- interval '1 hour' ORDER BY number";

    private readonly NpgsqlDataSource source;

    /// <summary>Makes it; nothing connects yet.</summary>
    /// <param name="options">The reader's login.</param>
    public Prover(PostgresOptions options) => source = DataSources.Build(options);

    /// <summary>Gathers the proof of an event.</summary>
    /// <param name="eventId">The event.</param>
    /// <param name="archives">The folder of archives, where an event of a retired range is looked for; null: none is at hand.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>The bundle, or why there is none.</returns>
    /// <exception cref="StoreException">The store was not reached, or a right or the schema is missing.</exception>
    public async Task<(ProofBundle? Bundle, string? Problem)> ProveAsync(Guid eventId, string? archives, CancellationToken cancellationToken)
    {
        try
        {
            if (await EventAsync(eventId, cancellationToken).ConfigureAwait(false) is { } found)
                return await GatherAsync(eventId, found, cancellationToken).ConfigureAwait(false);
            if (await RetiredEvent.RangeOfAsync(source, eventId, cancellationToken).ConfigureAwait(false) is not { } range)
                return (null, "There is no such event.");
            if (archives is null)
                return (null, $"There is no such event. Events of its time are retired ({range}): name the folder of their archives.");
            return RetiredEvent.Find(archives, range, eventId) is { } archived
                ? await GatherAsync(eventId, archived, cancellationToken).ConfigureAwait(false)
                : (null, $"There is no such event, and none in the archive of {range}.");
        }
        catch (Exception exception) when (exception is not IOException && StoreErrors.ToStoreException("Proving an event", exception) is { } error)
        {
            throw error;
        }
    }

    /// <summary>Where an event is: its shard and block; null when it is not there, block null when it is older than the chain.</summary>
    /// <exception cref="StoreException">As of <see cref="ProveAsync"/>.</exception>
    public async Task<(int Shard, long? Block)?> FindAsync(Guid eventId, CancellationToken cancellationToken)
    {
        try
        {
            var found = await EventAsync(eventId, cancellationToken).ConfigureAwait(false);
            return found is { } place ? (place.Shard, place.Block) : null;
        }
        catch (Exception exception) when (StoreErrors.ToStoreException("Looking for an event", exception) is { } error)
        {
            throw error;
        }
    }

    /// <summary>The retired partition that an event of this id would be of; null: it is of no retired range.</summary>
    /// <exception cref="StoreException">As of <see cref="ProveAsync"/>.</exception>
    public async Task<string?> RetiredRangeAsync(Guid eventId, CancellationToken cancellationToken)
    {
        try
        {
            return await RetiredEvent.RangeOfAsync(source, eventId, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (StoreErrors.ToStoreException("Looking for a retired range", exception) is { } error)
        {
            throw error;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();

    private async Task<(ProofBundle? Bundle, string? Problem)> GatherAsync(
        Guid eventId, (int Shard, long? Block, long StreamOffset, string Body) found, CancellationToken cancellationToken)
    {
        if (found.Block is not { } block)
            return (null, "The event is older than the chain: it is in no block.");
        if (await CheckpointAsync(found.Shard, block, cancellationToken).ConfigureAwait(false) is not { } covering)
            return (null, "No checkpoint covers the event's block yet.");
        var to = covering.Checkpoint.Heads.First(head => head.Shard == found.Shard).Number;
        if (to - block >= MaxBlocks)
            return (null, FormattableString.Invariant($"There are more than {MaxBlocks} blocks up to the next checkpoint."));
        var blocks = await BlocksAsync(found.Shard, block, to, cancellationToken).ConfigureAwait(false);
        var leaves = await LeavesAsync(found.Shard, block, cancellationToken).ConfigureAwait(false);
        var index = leaves.FindIndex(entry => entry.StreamOffset == found.StreamOffset);
        if (index < 0 || await KeyAsync(covering.Note, cancellationToken).ConfigureAwait(false) is not { } publicKey)
            return (null, index < 0 ? "The event is not one of its block: run auditstream verify." : "The key of the checkpoint is not in audit.checkpoint_key.");
        var bundle = new ProofBundle
        {
            Format = ProofBundle.Spec,
            EventId = eventId,
            Body = System.Text.Encoding.UTF8.GetBytes(found.Body),
            LeafIndex = index,
            Path = [.. MerkleTree.Path([.. leaves.SelectMany(entry => entry.Leaf)], index).Select(hash => Convert.ToHexStringLower(hash))],
            Blocks = [.. blocks.Select(header => header.Text())],
            Checkpoint = covering.Note,
            PublicKey = publicKey,
            Fingerprint = SignedNote.Fingerprint(publicKey),
        };
        return bundle.Problem() is { } problem ? (null, $"The store does not prove the event: {problem} Run auditstream verify.") : (bundle, null);
    }

    private async Task<(int Shard, long? Block, long StreamOffset, string Body)?> EventAsync(Guid eventId, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(EventSql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = eventId });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
            ? (reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetInt64(1), reader.GetInt64(2), reader.GetString(3))
            : null;
    }

    private async Task<(Checkpoint Checkpoint, string Note)?> CheckpointAsync(int shard, long block, CancellationToken cancellationToken)
    {
        await using var command = Command(CheckpointsSql, shard, block);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (SignedNote.Parse(reader.GetString(0)) is { } note && Checkpoint.Parse(note.Text) is { } checkpoint
                && checkpoint.Heads.Any(head => head.Shard == shard && head.Number >= block))
                return (checkpoint, reader.GetString(0));
        }
        return null;
    }

    private async Task<List<BlockHeader>> BlocksAsync(int shard, long from, long to, CancellationToken cancellationToken)
    {
        await using var command = Command(BlocksSql, shard, from, to);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var headers = new List<BlockHeader>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            headers.Add(StoredBlock.Read(reader).Header);
        return headers;
    }

    private async Task<List<LeafEntry>> LeavesAsync(int shard, long block, CancellationToken cancellationToken)
    {
        await using var command = Command("SELECT leaves FROM audit.block WHERE shard = $1 AND number = $2", shard, block);
        return [.. LeafEntry.ReadAll(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as byte[] ?? [])];
    }

    private async Task<byte[]?> KeyAsync(string note, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("SELECT public_key FROM audit.checkpoint_key");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (SignedNote.Parse(note)?.IsSignedBy(reader.GetFieldValue<byte[]>(0)) == true)
                return reader.GetFieldValue<byte[]>(0);
        }
        return null;
    }

    // CA2100: the text is one of the constants above.
#pragma warning disable CA2100
    private NpgsqlCommand Command(string sql, int shard, params long[] numbers)
    {
        var command = source.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = shard });
        foreach (var number in numbers)
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
        return command;
    }
#pragma warning restore CA2100
}

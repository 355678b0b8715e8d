using AuditStream.Core.Chain;

namespace AuditStream.Postgres.Verify;

/// <summary>What of a store is to be verified.</summary>
public sealed record VerifyRequest
{
    /// <summary>Where each chain was found whole before, by shard; those that are not here are verified from their first block.</summary>
    public IReadOnlyDictionary<int, ChainHead> Verified { get; init; } = new Dictionary<int, ChainHead>();

    /// <summary>Blocks that were found whole before and must still be there, by shard, wherever verifying begins.</summary>
    public IReadOnlyDictionary<int, ChainHead> Known { get; init; } = new Dictionary<int, ChainHead>();

    /// <summary>The number of a checkpoint that was there before and must still be; 0: none.</summary>
    public long KnownCheckpoint { get; init; }

    /// <summary>Only blocks with events from this instant on; the chain itself is verified from <see cref="Verified"/> on. Null: from the beginning.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Only blocks with events before this instant. Null: to the end.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The number of the last checkpoint that was checked before; those behind it are.</summary>
    public long CheckpointsAfter { get; init; }

    /// <summary>Public keys (DER SubjectPublicKeyInfo) that checkpoints must be signed with; none: those that the store itself names.</summary>
    public IReadOnlyList<byte[]> TrustedKeys { get; init; } = [];

    /// <summary>Notes of checkpoints that are kept outside of the store, in any order; read once. Null: none.</summary>
    public IAsyncEnumerable<string>? CheckpointCopies { get; init; }

    /// <summary>Whether rows that belong to no block are looked for, in the whole table.</summary>
    public bool LooksForStrays { get; init; }
}

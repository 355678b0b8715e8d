using AuditStream.Core.Chain;

namespace AuditStream.Postgres.Verify;

/// <summary>How the store compares with what raw records give.</summary>
public sealed record SourceReport
{
    /// <summary>How many events the raw records gave.</summary>
    public required long Events { get; init; }

    /// <summary>How many of them are stored with the same facts.</summary>
    public required long Same { get; init; }

    /// <summary>How many are stored under another scheme of fact hashes: only their ids could be compared.</summary>
    public required long Restated { get; init; }

    /// <summary>How many are of retired ranges.</summary>
    public required long Retired { get; init; }

    /// <summary>How many are among the divergences: the store knows that the source has told the change in two ways.</summary>
    public required long Divergent { get; init; }

    /// <summary>How many are dead letters instead, or their records are.</summary>
    public required long DeadLetters { get; init; }

    /// <summary>How many are not stored and are on their way: the sink has not taken them from the final topic yet.</summary>
    public required long Pending { get; init; }

    /// <summary>How many are not stored and may not even be made yet: the group of row images has not come that far.</summary>
    public required long Undecided { get; init; }

    /// <summary>How many things are wrong.</summary>
    public required long DamageCount { get; init; }

    /// <summary>The first of them.</summary>
    public required IReadOnlyList<Damage> Damages { get; init; }
}

namespace AuditStream.Core.Decode;

/// <summary>What configuration says about one table.</summary>
public sealed record TableSettings
{
    /// <summary>What the source puts into before-images.</summary>
    public ReplicaIdentity? ReplicaIdentity { get; init; }

    /// <summary>Whether the last image of each row is kept; null takes what the source says.</summary>
    public bool? KeepsImages { get; init; }

    /// <summary>The columns that say who made a change; null takes what the source says.</summary>
    public IReadOnlyList<string>? ActorColumns { get; init; }

    /// <summary>The headers of records that say it; null takes what the source says.</summary>
    public IReadOnlyList<string>? ActorHeaders { get; init; }

    /// <summary>The columns whose JSON documents are compared inside, as patterns; null takes what the source says.</summary>
    public IReadOnlyList<string>? DeepDiff { get; init; }

    /// <summary>The key columns in key order, for records that do not name them; null when not given.</summary>
    public IReadOnlyList<string>? Key { get; init; }

    /// <summary>The columns in their order, for lines of values, which do not name them; null when not given.</summary>
    public IReadOnlyList<string>? Columns { get; init; }
}

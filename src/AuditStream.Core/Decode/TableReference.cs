namespace AuditStream.Core.Decode;

/// <summary>The table a change belongs to, with everything that is the same for all its changes. Cached and shared: compare by reference.</summary>
/// <remarks>Comes from the record (<c>source.*</c>). Flat rows may not tell it: then <see cref="TableFrom"/> says who does.</remarks>
public sealed class TableReference
{
    /// <summary>The dialect: <c>debezium</c>, <c>dms</c>, …</summary>
    public required string Kind { get; init; }

    /// <summary>The source's engine as the connector names it: <c>postgresql</c>, <c>mysql</c>, …; null when the record does not say.</summary>
    public required string? Engine { get; init; }

    /// <summary>The source's name: configured, else Debezium's <c>source.name</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The source's incarnation, from 1: raised by the operator when log positions start again.</summary>
    public required int Incarnation { get; init; }

    /// <summary>The database; null when the record does not say.</summary>
    public required string? Database { get; init; }

    /// <summary>The schema; null where the engine has none (MySQL).</summary>
    public required string? Schema { get; init; }

    /// <summary>The table or collection; null for what belongs to no table (messages, transaction markers).</summary>
    public required string? Table { get; init; }

    /// <summary>Who names the table.</summary>
    public NameOrigin TableFrom { get; init; }

    /// <summary>What the source puts into before-images of this table.</summary>
    public ReplicaIdentity ReplicaIdentity { get; init; }

    /// <summary>Whether the last image of each row is kept, for before-images that the source does not send.</summary>
    public bool KeepsImages { get; init; }

    /// <summary>The columns that say who made a change, the first one first.</summary>
    public IReadOnlyList<string> ActorColumns { get; init; } = [];

    /// <summary>The columns whose JSON documents are compared inside, as patterns.</summary>
    public IReadOnlyList<string> DeepDiff { get; init; } = [];

    /// <summary>The headers of records that say it.</summary>
    public IReadOnlyList<string> ActorHeaders { get; init; } = [];

    /// <summary>The key columns from configuration; null when configuration names none.</summary>
    public IReadOnlyList<string>? ConfiguredKey { get; init; }

    /// <summary>The columns in their order from configuration, for records that do not name them; null when configuration names none.</summary>
    public IReadOnlyList<string>? ConfiguredColumns { get; init; }
}

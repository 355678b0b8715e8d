namespace AuditStream.Core.Diff;

/// <summary>How much the list of changed columns says.</summary>
public enum ChangedKnowledge : byte
{
    /// <summary>Nothing is known: <c>changed</c> is null.</summary>
    Unknown,

    /// <summary>These changed, others may have too: <c>at_least</c>.</summary>
    AtLeast,

    /// <summary>Exactly these changed: <c>all</c>. An empty list is proof that nothing changed.</summary>
    All,
}

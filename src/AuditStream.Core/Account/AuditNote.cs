namespace AuditStream.Core.Account;

/// <summary>One thing that somebody did to the pipeline or its store, or that it found about itself: what an <c>audit</c> event says.</summary>
public sealed record AuditNote
{
    /// <summary>The greatest number of characters of any text of a note.</summary>
    public const int MaximumTextCharacters = 4_000;

    /// <summary>The greatest number of <see cref="Facts"/>.</summary>
    public const int MaximumFacts = 32;

    /// <summary>What was done, in kebab-case: <c>reset</c>, <c>retire</c>, <c>hold</c>, <c>store-drift</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Why, in the words of who did it; empty when nobody gave a reason.</summary>
    public required string Reason { get; init; }

    /// <summary>Who: the operator's name, or <c>auditstream</c> for what the program did by itself.</summary>
    public required string By { get; init; }

    /// <summary>When, by the clock of the process that acted; kept in microseconds.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What else is to be said, as members of <c>detail</c>: names in snake_case that are none of <c>action</c>, <c>by</c>, <c>process</c>,
    /// <c>reason</c>. Never a row value.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();
}

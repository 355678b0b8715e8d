namespace AuditStream.Chaos.Census;

/// <summary>What is wrong, counted by kind, with the first of each in words.</summary>
internal sealed class Breaches
{
    private const int MaxToldOfKind = 5;
    private readonly Dictionary<string, int> counts = [];
    private readonly List<string> told = [];

    /// <summary>Whether nothing is wrong.</summary>
    internal bool IsEmpty => counts.Count == 0;

    /// <summary>The kinds with their numbers, then the first of each.</summary>
    internal IEnumerable<string> Lines => [.. counts.Select(count => $"{count.Key}: {count.Value}"), .. told];

    /// <summary>How many of a kind there are.</summary>
    internal int Of(string kind) => counts.GetValueOrDefault(kind);

    /// <summary>Notes one.</summary>
    /// <param name="kind">What kind.</param>
    /// <param name="what">Which one.</param>
    internal void Add(string kind, string what)
    {
        var count = counts[kind] = Of(kind) + 1;
        if (count <= MaxToldOfKind)
            told.Add($"{kind}: {what}");
    }
}

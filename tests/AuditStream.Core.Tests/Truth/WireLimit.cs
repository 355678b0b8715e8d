namespace AuditStream.Core.Tests.Truth;

/// <summary>A reason for which an event does not have what a trigger saw: what stands in its place must be as said.</summary>
/// <param name="Because">The reason.</param>
/// <param name="Where">Where it holds: <c>capture</c>, or <c>capture schema.table</c>, or <c>capture schema.table.column</c>; a star stands for any
/// text.</param>
internal sealed record WireLimit(string Because, params string[] Where)
{
    /// <summary>Of a value: whether an event may mean the second where the truth means the first. The event's is null where it withholds the value.</summary>
    public Func<string, string?, bool>? Value { get; init; }

    /// <summary>Of a row before: whether the event may have it to this extent.</summary>
    public Func<TruthRow, string, bool>? Before { get; init; }

    /// <summary>Of a row of the truth: whether it may have no event.</summary>
    public Func<TruthRow, bool>? NoEvent { get; init; }

    /// <summary>Of an event: whether it may have no row in the truth.</summary>
    public Func<ToldChange, bool>? NoTruth { get; init; }

    /// <summary>Whether it holds at a place.</summary>
    public bool HoldsAt(string place) => Where.Any(where => Matches(where, place));

    public override string ToString() => Because;

    private static bool Matches(string where, string place)
    {
        var parts = where.Split('*');
        return parts.Length == 1
            ? where == place
            : place.StartsWith(parts[0], StringComparison.Ordinal) && place.EndsWith(parts[^1], StringComparison.Ordinal)
                && place.Length >= parts[0].Length + parts[^1].Length;
    }
}

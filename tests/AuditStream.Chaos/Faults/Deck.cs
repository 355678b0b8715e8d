namespace AuditStream.Chaos.Faults;

/// <summary>The order of faults, drawn from a seed: each kind once, shuffled, then again.</summary>
internal sealed class Deck(int seed, IReadOnlyList<FaultKind> kinds)
{
    private readonly Queue<FaultKind> left = new();

    /// <summary>How many kinds there are.</summary>
    internal int Kinds => kinds.Count;

    /// <summary>What the faults draw from.</summary>
    internal Random Random { get; } = new(seed);

    /// <summary>The next fault.</summary>
    internal FaultKind Next()
    {
        if (left.Count == 0)
        {
            var shuffled = kinds.ToArray();
            Random.Shuffle(shuffled);
            foreach (var kind in shuffled)
                left.Enqueue(kind);
        }
        return left.Dequeue();
    }
}

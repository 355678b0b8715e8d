namespace AuditStream.App.Configuration;

/// <summary>Finds the name that somebody probably meant, by edit distance.</summary>
public static class NearestName
{
    private const int MaxNameLength = 200;

    /// <summary>The candidate with the fewest edits; null when none is near (more than half of its letters differ).</summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        if (name.Length > MaxNameLength)
            return null;
        var (best, bestDistance) = (default(string), int.MaxValue);
        foreach (var candidate in candidates)
        {
            var distance = Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance < bestDistance && distance <= Math.Max(1, candidate.Length / 2))
                (best, bestDistance) = (candidate, distance);
        }
        return best;
    }

    // Levenshtein's distance with one row of memory.
    private static int Distance(string left, string right)
    {
        var row = new int[right.Length + 1];
        for (var j = 0; j < row.Length; j++)
            row[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                var replaced = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                row[j] = Math.Min(replaced, 1 + Math.Min(above, row[j - 1]));
                diagonal = above;
            }
        }
        return row[right.Length];
    }
}

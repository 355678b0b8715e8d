namespace AuditStream.Streams.Settings;

/// <summary>What normalize subscribes to: names, and the pattern in the form that the client takes.</summary>
public static class RawSubscription
{
    /// <summary>The subscription's entries; a pattern begins with <c>^</c> and covers the whole name.</summary>
    public static IReadOnlyList<string> Of(StreamsSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.RawPattern is { Length: > 0 } pattern ? [.. settings.RawTopics, WholeName(pattern)] : settings.RawTopics;
    }

    /// <summary>Whether a topic is one of the raw topics: named or matched, and not one of the pipeline's own.</summary>
    public static bool Covers(StreamsSettings settings, string topic)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return !SettingsCheck.IsOwn(settings, topic)
            && (settings.RawTopics.Contains(topic, StringComparer.Ordinal)
                || (settings.RawPattern is { Length: > 0 } pattern && TopicPattern.Matches(pattern, topic)));
    }

    /// <summary>A pattern as it is matched: over the whole name, whether or not it says so itself.</summary>
    internal static string WholeName(string pattern)
    {
        var begin = pattern.StartsWith('^') ? 1 : 0;
        var end = pattern.EndsWith('$') && !pattern.EndsWith("\\$", StringComparison.Ordinal) ? pattern.Length - 1 : pattern.Length;
        return $"^({pattern[begin..end]})$";
    }
}

using System.Text.RegularExpressions;

namespace AuditStream.Core.Decode;

/// <summary>The topics that were seen, each with the settings of its source.</summary>
internal sealed class TopicCatalog
{
    /// <summary>How many topics are kept; then all are forgotten and worked out again.</summary>
    public const int MaxTopics = 10_000;

    private readonly (Regex? Pattern, SourceSettings Settings)[] sources;
    private readonly Dictionary<string, TopicState> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Topic, string Outer), TopicState> byOuter = [];
    private TopicState? last;

    /// <summary>Makes a catalog.</summary>
    public TopicCatalog(DecodeSettings settings) =>
        sources = [.. settings.Sources.Select(source => (PatternOf(source.TopicPattern), source))];

    /// <summary>The topic of this name.</summary>
    public TopicState Find(string topic)
    {
        if (last is not null && string.Equals(last.Topic, topic, StringComparison.Ordinal))
            return last;
        if (byName.TryGetValue(topic, out var state))
            return last = state;
        if (byName.Count >= MaxTopics)
            byName.Clear();
        state = MakeState(topic);
        byName.Add(topic, state);
        return last = state;
    }

    /// <summary>The topic that a record came from before it was put into one of another topic. Where no source's pattern matches its name, the
    /// settings of that other topic hold.</summary>
    public TopicState FindWithin(string topic, TopicState outer)
    {
        if (byOuter.TryGetValue((topic, outer.Topic), out var state))
            return state;
        if (byOuter.Count >= MaxTopics)
            byOuter.Clear();
        var isMatched = Array.Exists(sources, source => source.Pattern is null || source.Pattern.IsMatch(topic));
        state = isMatched ? Find(topic) : new TopicState(topic, outer.Settings);
        byOuter.Add((topic, outer.Topic), state);
        return state;
    }

    private TopicState MakeState(string topic)
    {
        foreach (var (pattern, settings) in sources)
        {
            if (pattern is null)
                return new TopicState(topic, settings);
            if (pattern.Match(topic) is { Success: true } match)
                return new TopicState(topic, settings, match.Groups);
        }

        return new TopicState(topic, new SourceSettings());
    }

    private static Regex? PatternOf(string? pattern) => pattern is null
        ? null
        : new Regex($"^(?:{pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);
}

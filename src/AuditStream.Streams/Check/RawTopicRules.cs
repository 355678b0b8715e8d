using AuditStream.Core.Check;
using AuditStream.Streams.Settings;
using static AuditStream.Streams.Check.CheckText;

namespace AuditStream.Streams.Check;

/// <summary>Are the raw topics there, and do they keep what they are given until it is read?</summary>
internal static class RawTopicRules
{
    private const CheckSection Section = CheckSection.RawTopics;
    private const long ShortRetentionMilliseconds = 86_400_000;

    public static IEnumerable<Finding> Findings(StreamsSettings settings, ClusterFacts facts)
    {
        foreach (var topic in settings.RawTopics.Where(topic => !facts.Names.ContainsKey(topic)))
        {
            yield return Finding.Error(Section, "raw-topic-missing", topic,
                $"does not exist, or this login may not see it. The cluster has {Names(Others(settings, facts))}.",
                "Its changes are not read.", $"Correct Raw:Topics, start the connector that makes it, or: {Grant(settings, "Read", $"--topic {topic}")}");
        }
        if (settings.RawPattern is { Length: > 0 } pattern)
        {
            foreach (var finding in OfPattern(settings, facts, pattern))
                yield return finding;
        }
        var raw = facts.Topics.Values.Where(topic => !SettingsCheck.IsOwn(settings, topic.Name)).OrderBy(topic => topic.Name, StringComparer.Ordinal);
        foreach (var topic in raw)
        {
            foreach (var finding in OfTopic(settings, topic))
                yield return finding;
        }
    }

    private static IEnumerable<Finding> OfPattern(StreamsSettings settings, ClusterFacts facts, string pattern)
    {
        var matching = facts.Names.Keys.Where(topic => TopicPattern.Matches(pattern, topic)).Order(StringComparer.Ordinal).ToList();
        var own = matching.Where(topic => SettingsCheck.IsLeftOut(settings, topic)).ToList();
        var raw = matching.Except(own).ToList();
        if (own.Count > 0)
        {
            yield return Finding.Ok(Section, "own-topics-left-out", "Raw:Pattern",
                $"matches {Names(own)} too, which are this pipeline's or Kafka's own, or internal topics of other applications: they are left out.");
        }
        if (raw.Count > 0)
        {
            yield return Finding.Ok(Section, "pattern-matches", "Raw:Pattern", Invariant($"{pattern} matches {raw.Count} topics: {Names(raw)}."));
            yield break;
        }
        const string What = "matches no topic that exists and that this login may see";
        var mend = $"Correct Raw:Pattern (it must match the whole name; a dot is \\.), or start the connector. The cluster has {Names(Others(settings, facts))}.";
        yield return settings.RawTopics.Count == 0
            ? Finding.Error(Section, "pattern-matches-nothing", "Raw:Pattern", $"{pattern} {What}.", "Nothing is read until such a topic appears.", mend)
            : Finding.Warning(Section, "pattern-matches-nothing", "Raw:Pattern", $"{pattern} {What}.", "Only Raw:Topics is read until such a topic appears.", mend);
    }

    private static IEnumerable<Finding> OfTopic(StreamsSettings settings, TopicFacts topic)
    {
        yield return Finding.Ok(Section, "raw-topic", topic.Name, Invariant($"exists: {topic.Partitions} partitions, {topic.Copies} copies."));
        if (topic.Rights is { } rights && !rights.Contains("Read"))
        {
            yield return Finding.Error(Section, "raw-topic-not-readable", topic.Name, "may not be read by this login: the right Read is missing.",
                "Its changes are not read.", Grant(settings, "Read", $"--topic {topic.Name}"));
        }
        if (topic.Settings is null)
        {
            yield return Finding.Warning(Section, "raw-topic-settings-unknown", topic.Name, "its settings cannot be read: the right DescribeConfigs is missing.",
                "Whether it keeps every change long enough is not known.", Grant(settings, "DescribeConfigs", $"--topic {topic.Name}"));
            yield break;
        }
        if (topic.Text("cleanup.policy").Contains("compact", StringComparison.Ordinal))
        {
            yield return Finding.Warning(Section, "raw-topic-compacted", topic.Name, $"is compacted (cleanup.policy={topic.Text("cleanup.policy")}).",
                "Compaction removes all but the last change of a key: those that were not read yet are lost, and a replay does not find the others.",
                Alter(settings, topic.Name, "cleanup.policy=delete"));
        }
        if (topic.Number("retention.ms") is >= 0 and < ShortRetentionMilliseconds and var retention)
        {
            yield return Finding.Warning(Section, "raw-topic-retention", topic.Name, Invariant($"keeps records for {retention} ms, less than a day."),
                "Changes that were not read by then are lost, and a replay reaches no further back.", Alter(settings, topic.Name, "retention.ms=604800000"));
        }
        if (topic.Number("retention.bytes") is >= 0 and var bytes)
        {
            yield return Finding.Warning(Section, "raw-topic-retention-bytes", topic.Name, Invariant($"keeps at most {bytes} bytes a partition."),
                "A burst of changes pushes out those that were not read yet.", Alter(settings, topic.Name, "retention.bytes=-1"));
        }
        if (topic.Number("max.message.bytes") is { } largest && largest > settings.MaxRawRecordBytes)
        {
            yield return Finding.Warning(Section, "raw-records-larger", topic.Name,
                Invariant($"takes records of {largest} bytes; Raw:MaxRecordBytes is {settings.MaxRawRecordBytes}."),
                "Own topics are sized for the latter: the event of a larger record goes out without its images, or becomes a dead letter.",
                Invariant($"Raw:MaxRecordBytes={largest}, and max.message.bytes of own topics that exist to match"));
        }
    }

    private static List<string> Others(StreamsSettings settings, ClusterFacts facts) =>
        [.. facts.Names.Keys.Where(topic => !SettingsCheck.IsOwn(settings, topic)).Order(StringComparer.Ordinal)];
}

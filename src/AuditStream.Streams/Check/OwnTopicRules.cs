using AuditStream.Core.Check;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Topics;
using static AuditStream.Streams.Check.CheckText;

namespace AuditStream.Streams.Check;

/// <summary>Are the final topic and the dead letters there, or may they be made, and do they keep every event whole?</summary>
internal static class OwnTopicRules
{
    private const CheckSection Section = CheckSection.OwnTopics;
    private const long ShortRetentionMilliseconds = 604_800_000;

    /// <summary>The findings of every own topic.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="facts">What was learned of the cluster.</param>
    /// <param name="normalizes">Whether this configuration runs normalize.</param>
    /// <param name="sinks">Whether it runs the sink.</param>
    /// <param name="keepsImages">Whether it runs images.</param>
    public static IEnumerable<Finding> Findings(StreamsSettings settings, ClusterFacts facts, bool normalizes, bool sinks, bool keepsImages = false)
    {
        foreach (var own in normalizes || keepsImages ? OwnTopics.Of(settings) : OwnTopics.OfSink(settings))
        {
            if (!facts.Names.TryGetValue(own.Name, out var partitions))
            {
                yield return Missing(settings, facts, own);
                continue;
            }
            if (own.HasFixedPartitions && partitions != own.Partitions)
            {
                yield return own.Name == settings.TasksTopic
                    ? Finding.Error(Section, "own-topic-partitions", own.Name, Invariant($"has {partitions} partitions, and must have {own.Partitions}."),
                        "The number decides where a task's record is: a run refuses to start.", OwnTopics.AnotherTasksTopic(own.Name))
                    : Finding.Error(Section, "own-topic-partitions", own.Name,
                    Invariant($"has {partitions} partitions, and Images:Partitions is {own.Partitions}."),
                    "The number decides which task keeps a row's image: a run refuses to start.",
                    Invariant($"Images:Partitions={partitions}; or, when the group {settings.ImagesGroup} has no lag and the service is stopped, delete {settings.RepartitionTopic} and {settings.ChangelogTopic}"));
            }
            if (!facts.Topics.TryGetValue(own.Name, out var topic))
                continue;
            foreach (var finding in Rights(settings, topic, normalizes, sinks, keepsImages).Concat(OfTopic(settings, facts, own, topic)))
                yield return finding;
        }
    }

    private static Finding Missing(StreamsSettings settings, ClusterFacts facts, OwnTopic own)
    {
        var name = own.Name;
        if (facts.Hidden.Contains(name))
        {
            return Finding.Error(Section, "own-topic-right-missing", name, $"does not exist, or this login may not see it: the right Describe is missing ({own.Setting}).",
                "A run waits for it, or stops at its first record.", Grant(settings, "Describe", $"--topic {name}") + " (and Read, Write, DescribeConfigs; Create where a run makes it)");
        }
        if (!settings.CreateTopics)
        {
            return Finding.Error(Section, "own-topic-missing", name, $"does not exist, and Final:CreateTopics is false ({own.Setting}).", "A run waits for it for ever.",
                Invariant($"kafka-topics.sh --bootstrap-server {settings.BootstrapServers} --create --topic {name} --partitions {own.Partitions} ")
                + string.Join(' ', own.Settings.Select(setting => $"--config {setting.Key}={setting.Value}")));
        }
        return settings.ReplicationFactor > facts.Brokers
            ? Finding.Error(Section, "too-many-copies", name,
                Invariant($"does not exist and cannot be made: Final:ReplicationFactor is {settings.ReplicationFactor}, and there are {facts.Brokers} brokers."),
                "A run waits for it for ever.", Invariant($"Final:ReplicationFactor={facts.Brokers}"))
            : Finding.Ok(Section, "own-topic-made-at-start", name, Invariant($"does not exist; a run makes it, with {own.Partitions} partitions."));
    }

    private static IEnumerable<Finding> Rights(StreamsSettings settings, TopicFacts topic, bool normalizes, bool sinks, bool keepsImages)
    {
        var isRepartition = topic.Name == settings.RepartitionTopic;
        var isChangelog = topic.Name == settings.ChangelogTopic;
        var isTasks = topic.Name == settings.TasksTopic;
        var wanted = new[]
        {
            (Right: "Write", IsNeeded: isTasks ? normalizes || keepsImages : isChangelog ? keepsImages : normalizes || (keepsImages && !isRepartition)),
            (Right: "Read", IsNeeded: isTasks ? normalizes || keepsImages : isChangelog || isRepartition ? keepsImages : sinks),
        };
        foreach (var right in wanted.Where(one => one.IsNeeded && topic.Rights is { } rights && !rights.Contains(one.Right)).Select(one => one.Right))
        {
            yield return Finding.Error(Section, "own-topic-right-missing", topic.Name, $"this login has not the right {right} on it.",
                "A run stops at its first record.", Grant(settings, right, $"--topic {topic.Name}"));
        }
    }

    private static IEnumerable<Finding> OfTopic(StreamsSettings settings, ClusterFacts facts, OwnTopic own, TopicFacts topic)
    {
        var isFinal = topic.Name == settings.FinalTopic;
        var note = isFinal && topic.Partitions != settings.FinalPartitions
            ? Invariant($" (Final:Partitions is {settings.FinalPartitions}, which counts only when the topic is made)") : "";
        yield return Finding.Ok(Section, "own-topic", topic.Name, Invariant($"exists: {topic.Partitions} partitions{note}, {topic.Copies} copies."));
        if (topic.Settings is null)
        {
            yield return Finding.Warning(Section, "own-topic-settings-unknown", topic.Name, "its settings cannot be read: the right DescribeConfigs is missing.",
                "Whether it takes every event whole is not known.", Grant(settings, "DescribeConfigs", $"--topic {topic.Name}"));
            yield break;
        }
        if (own.IsCompacted && topic.Text("cleanup.policy") != "compact")
        {
            yield return Finding.Error(Section, "own-topic-not-compacted", topic.Name, $"is not compacted alone (cleanup.policy={topic.Text("cleanup.policy")}).",
                own.Name == settings.TasksTopic
                    ? "Records of tasks are deleted by age: a dead owner is not recognised, and the ledger has gaps. A run refuses to start."
                    : "Row images are deleted by age, and are missing after the next restore: a run refuses to start.", Alter(settings, topic.Name, "cleanup.policy=compact"));
        }
        if (!own.IsCompacted && topic.Text("cleanup.policy").Contains("compact", StringComparison.Ordinal))
        {
            yield return Finding.Error(Section, "own-topic-compacted", topic.Name, $"is compacted (cleanup.policy={topic.Text("cleanup.policy")}).",
                "Compaction removes all but the last event of a row.", Alter(settings, topic.Name, "cleanup.policy=delete"));
        }
        if (own.Settings.ContainsKey("max.message.bytes") && topic.Number("max.message.bytes") is { } largest && largest < settings.MaxOwnMessageBytes)
        {
            yield return Finding.Error(Section, "own-topic-too-small", topic.Name,
                Invariant($"takes messages of {largest} bytes; twice Raw:MaxRecordBytes ({settings.MaxRawRecordBytes}) and 64 kB are {settings.MaxOwnMessageBytes}."),
                "An event repeats values of its record and can be twice as large: what does not fit goes out without its images, or becomes a dead letter.",
                Alter(settings, topic.Name, Invariant($"max.message.bytes={settings.MaxOwnMessageBytes}")));
        }
        if (own.KeepsTime && topic.Text("message.timestamp.type") == "LogAppendTime")
        {
            yield return Finding.Warning(Section, "own-topic-append-time", topic.Name, "has message.timestamp.type=LogAppendTime.",
                "Events lose the time of their raw record, and a reset by time goes to the wrong place.", Alter(settings, topic.Name, "message.timestamp.type=CreateTime"));
        }
        if (!own.IsCompacted && topic.Number("retention.ms") is >= 0 and < ShortRetentionMilliseconds and var retention)
        {
            yield return Finding.Warning(Section, "own-topic-retention", topic.Name, Invariant($"keeps events for {retention} ms, less than seven days."),
                "Events that the sink has not stored by then are lost from the table, and a replay of the sink reaches no further back.",
                Alter(settings, topic.Name, "retention.ms=604800000"));
        }
        foreach (var finding in Copies(settings, facts, topic))
            yield return finding;
    }

    private static IEnumerable<Finding> Copies(StreamsSettings settings, ClusterFacts facts, TopicFacts topic)
    {
        if (topic.Copies < 2)
        {
            yield return Finding.Warning(Section, "one-copy", topic.Name, "has one copy.", "What one broker's disk loses is gone from it.", facts.Brokers > 1
                ? "kafka-reassign-partitions.sh with three copies of every partition; Final:ReplicationFactor=3 for topics that a run makes"
                : "A cluster of three brokers, and Final:ReplicationFactor=3; on a laptop there is nothing to mend.");
        }
        else if (topic.Number("min.insync.replicas") is { } minimum && (minimum < 2 || minimum > topic.Copies))
        {
            yield return minimum > topic.Copies
                ? Finding.Error(Section, "min-insync-replicas", topic.Name, Invariant($"has {topic.Copies} copies and min.insync.replicas={minimum}."),
                    "Nothing can be written to it.", Alter(settings, topic.Name, "min.insync.replicas=2"))
                : Finding.Warning(Section, "min-insync-replicas", topic.Name, Invariant($"has {topic.Copies} copies and min.insync.replicas={minimum}."),
                    "An event counts as written when one broker has it; with that broker it is gone.", Alter(settings, topic.Name, "min.insync.replicas=2"));
        }
    }
}

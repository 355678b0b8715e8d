using System.Globalization;
using AuditStream.Streams.Settings;

namespace AuditStream.Streams.Topics;

/// <summary>The pipeline's own topics: the one place that says what each of them must be.</summary>
internal static class OwnTopics
{
    /// <summary>How long the repartition topic keeps changes, in milliseconds: seven days. What images has not read by then is lost.</summary>
    internal const long RepartitionRetentionMilliseconds = 604_800_000;

    /// <summary>Dead letters are few, and read as a whole.</summary>
    private const int DeadLetterPartitions = 1;

    /// <summary>Those that the sink reads.</summary>
    internal static IReadOnlyList<OwnTopic> OfSink(StreamsSettings settings)
    {
        var events = new Dictionary<string, string>
        {
            // Every event counts, not the last one of a key.
            ["cleanup.policy"] = "delete",
            ["max.message.bytes"] = Size(settings),

            // The event's Kafka timestamp is that of its raw record.
            ["message.timestamp.type"] = "CreateTime",
        };
        return
        [
            new(settings.FinalTopic, "Final:Topic", settings.FinalPartitions, HasFixedPartitions: false, "events", events),
            new(settings.DeadLetterTopic, "Final:DeadLetterTopic", DeadLetterPartitions, HasFixedPartitions: false, "dead letters", events),
        ];
    }

    /// <summary>Those that these settings need.</summary>
    internal static IReadOnlyList<OwnTopic> Of(StreamsSettings settings)
    {
        OwnTopic[] always =
        [
            .. OfSink(settings),
            new(settings.TasksTopic, "ApplicationId", settings.TaskPartitions, HasFixedPartitions: true, "records of tasks", new Dictionary<string, string>
            {
                // The last record of each task is all that counts, and an owner reads the topic whenever it is given one: small segments, compacted
                // soon, and the markers of transactions, of which each commit leaves some, gone after a minute.
                ["cleanup.policy"] = "compact",
                ["segment.bytes"] = "1048576",
                ["min.cleanable.dirty.ratio"] = "0.1",
                ["delete.retention.ms"] = "60000",
            }),
        ];
        if (!settings.KeepsImages)
            return always;
        var size = Size(settings);
        return
        [
            .. always,
            new(settings.RepartitionTopic, "Images:State", settings.ImagePartitions, HasFixedPartitions: true, "changes on their way", new Dictionary<string, string>
            {
                ["cleanup.policy"] = "delete",
                ["max.message.bytes"] = size,
                ["retention.ms"] = RepartitionRetentionMilliseconds.ToString(CultureInfo.InvariantCulture),
            }),
            new(settings.ChangelogTopic, "Images:State", settings.ImagePartitions, HasFixedPartitions: true, "row images", new Dictionary<string, string>
            {
                // The last image of each row is all that counts.
                ["cleanup.policy"] = "compact",
                ["max.message.bytes"] = size,
            }),
        ];
    }

    /// <summary>How a topic of tasks with another number of partitions is mended.</summary>
    internal static string AnotherTasksTopic(string name) =>
        $"Stop every instance and delete {name}: the next start makes it, and the ledger begins new ranges.";

    /// <summary>Why a topic with another number of partitions cannot be used, and what to do.</summary>
    internal static string OtherPartitions(StreamsSettings settings, OwnTopic own, int partitions) => own.Name == settings.TasksTopic
        ? string.Create(CultureInfo.InvariantCulture,
            $"The topic {own.Name} has {partitions} partitions and must have {own.Partitions}: the number decides where a task's record is. {AnotherTasksTopic(own.Name)}")
        : string.Create(CultureInfo.InvariantCulture,
            $"The topic {own.Name} has {partitions} partitions, and Images:Partitions is {own.Partitions}. The number decides which task keeps a row's image, so it cannot change while images are kept: set Images:Partitions back to {partitions}; or stop every instance when the group {settings.ImagesGroup} has no lag, delete {settings.RepartitionTopic} and {settings.ChangelogTopic}, and begin without images.");

    private static string Size(StreamsSettings settings) => settings.MaxOwnMessageBytes.ToString(CultureInfo.InvariantCulture);
}

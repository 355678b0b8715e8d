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

    /// <summary>Those that these settings need.</summary>
    internal static IReadOnlyList<OwnTopic> Of(StreamsSettings settings)
    {
        var size = settings.MaxOwnMessageBytes.ToString(CultureInfo.InvariantCulture);
        var events = new Dictionary<string, string>
        {
            // Every event counts, not the last one of a key.
            ["cleanup.policy"] = "delete",
            ["max.message.bytes"] = size,

            // The event's Kafka timestamp is that of its raw record.
            ["message.timestamp.type"] = "CreateTime",
        };
        OwnTopic[] always =
        [
            new(settings.FinalTopic, "Final:Topic", settings.FinalPartitions, HasFixedPartitions: false, events),
            new(settings.DeadLetterTopic, "Final:DeadLetterTopic", DeadLetterPartitions, HasFixedPartitions: false, events),
        ];
        if (!settings.KeepsImages)
            return always;
        return
        [
            .. always,
            new(settings.RepartitionTopic, "Images:State", settings.ImagePartitions, HasFixedPartitions: true, new Dictionary<string, string>
            {
                ["cleanup.policy"] = "delete",
                ["max.message.bytes"] = size,
                ["retention.ms"] = RepartitionRetentionMilliseconds.ToString(CultureInfo.InvariantCulture),
            }),
            new(settings.ChangelogTopic, "Images:State", settings.ImagePartitions, HasFixedPartitions: true, new Dictionary<string, string>
            {
                // The last image of each row is all that counts.
                ["cleanup.policy"] = "compact",
                ["max.message.bytes"] = size,
            }),
        ];
    }

    /// <summary>Why a topic with another number of partitions cannot be used, and what to do.</summary>
    internal static string OtherPartitions(StreamsSettings settings, OwnTopic own, int partitions) => string.Create(CultureInfo.InvariantCulture,
        $"The topic {own.Name} has {partitions} partitions, and Images:Partitions is {own.Partitions}. The number decides which task keeps a row's image, so it cannot change while images are kept: set Images:Partitions back to {partitions}; or stop every instance when the group {settings.ImagesGroup} has no lag, delete {settings.RepartitionTopic} and {settings.ChangelogTopic}, and begin without images.");
}

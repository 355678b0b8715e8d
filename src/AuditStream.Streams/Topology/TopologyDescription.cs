using System.Text;
using AuditStream.Streams.Settings;

namespace AuditStream.Streams.Topology;

/// <summary>The topology in the text form of Kafka Streams' <c>Topology.describe()</c>, which existing visualisers draw.</summary>
public static class TopologyDescription
{
    /// <summary>The text, lines ended by a line feed.</summary>
    public static string Of(StreamsSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var sources = Sources(settings);
        var text = new StringBuilder();
        text.Append("Topologies:\n");
        text.Append("   Sub-topology: 0\n");
        foreach (var (name, topics) in sources)
        {
            text.Append("    Source: ").Append(name).Append(" (topics: ").Append(topics).Append(")\n");
            text.Append("      --> normalize\n");
        }
        text.Append("    Processor: normalize (stores: [])\n");
        text.Append("      --> audit-events, dead-letters").Append(settings.KeepsImages ? ", row-images-repartition-sink\n" : "\n");
        text.Append("      <-- ").AppendJoin(", ", sources.Select(source => source.Name)).Append('\n');
        AppendSink(text, "audit-events", settings.FinalTopic, "normalize");
        AppendSink(text, "dead-letters", settings.DeadLetterTopic, "normalize");
        if (settings.KeepsImages)
            AppendImages(text, settings);
        text.Append('\n');
        text.Append("  Sub-topology: ").Append(settings.KeepsImages ? "2\n" : "1\n");
        text.Append("    Source: final-records (topics: [").Append(settings.FinalTopic).Append(", ").Append(
            settings.DeadLetterTopic).Append("])\n");
        text.Append("      --> audit-store\n");
        text.Append("    Processor: audit-store (stores: [])\n");
        text.Append("      --> none\n");
        text.Append("      <-- final-records\n");
        text.Append('\n');
        return text.ToString();
    }

    private static void AppendImages(StringBuilder text, StreamsSettings settings)
    {
        AppendSink(text, "row-images-repartition-sink", settings.RepartitionTopic, "normalize");
        text.Append('\n');
        text.Append("  Sub-topology: 1\n");
        text.Append("    Source: row-images-repartition-source (topics: [").Append(settings.RepartitionTopic).Append("])\n");
        text.Append("      --> images\n");
        text.Append("    Processor: images (stores: [row-images])\n");
        text.Append("      --> images-audit-events, images-dead-letters\n");
        text.Append("      <-- row-images-repartition-source\n");
        AppendSink(text, "images-audit-events", settings.FinalTopic, "images");
        AppendSink(text, "images-dead-letters", settings.DeadLetterTopic, "images");
    }

    // A source of Kafka Streams has either names or a pattern.
    private static List<(string Name, string Topics)> Sources(StreamsSettings settings)
    {
        var sources = new List<(string, string)>();
        if (settings.RawPattern is { Length: > 0 } pattern)
            sources.Add(("raw-pattern", pattern));
        if (settings.RawTopics.Count > 0 || sources.Count == 0)
            sources.Insert(0, ("raw-records", $"[{string.Join(", ", settings.RawTopics)}]"));
        return sources;
    }

    private static void AppendSink(StringBuilder text, string name, string topic, string from)
    {
        text.Append("    Sink: ").Append(name).Append(" (topic: ").Append(topic).Append(")\n");
        text.Append("      <-- ").Append(from).Append('\n');
    }
}

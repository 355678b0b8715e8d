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
        var text = new StringBuilder();
        text.Append("Topologies:\n");
        text.Append("   Sub-topology: 0\n");
        text.Append("    Source: raw-records (").Append(RawTopics(settings)).Append(")\n");
        text.Append("      --> normalize\n");
        text.Append("    Processor: normalize (stores: [])\n");
        text.Append("      --> audit-events, dead-letters\n");
        text.Append("      <-- raw-records\n");
        AppendSink(text, "audit-events", settings.FinalTopic);
        AppendSink(text, "dead-letters", settings.DeadLetterTopic);
        text.Append('\n');
        text.Append("  Sub-topology: 1\n");
        text.Append("    Source: final-records (topics: [").Append(settings.FinalTopic).Append(", ").Append(
            settings.DeadLetterTopic).Append("])\n");
        text.Append("      --> audit-store\n");
        text.Append("    Processor: audit-store (stores: [])\n");
        text.Append("      --> none\n");
        text.Append("      <-- final-records\n");
        text.Append('\n');
        return text.ToString();
    }

    private static string RawTopics(StreamsSettings settings)
    {
        var list = settings.RawTopics.Count > 0 ? $"topics: [{string.Join(", ", settings.RawTopics)}]" : null;
        var pattern = settings.RawPattern is { Length: > 0 } expression ? $"topics: {expression}" : null;
        return string.Join(", ", new[] { list, pattern }.Where(part => part is not null));
    }

    private static void AppendSink(StringBuilder text, string name, string topic)
    {
        text.Append("    Sink: ").Append(name).Append(" (topic: ").Append(topic).Append(")\n");
        text.Append("      <-- normalize\n");
    }
}

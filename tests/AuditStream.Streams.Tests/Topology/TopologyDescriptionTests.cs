using System.Text.RegularExpressions;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Topology;

namespace AuditStream.Streams.Tests.Topology;

public sealed partial class TopologyDescriptionTests
{
    [Fact]
    public void The_text_has_the_form_of_Kafka_Streams() =>
        TopologyDescription.Of(new StreamsSettings { BootstrapServers = "b", RawTopics = ["shop.a", "shop.b"] }).ShouldBe(
            """
            Topologies:
               Sub-topology: 0
                Source: raw-records (topics: [shop.a, shop.b])
                  --> normalize
                Processor: normalize (stores: [])
                  --> audit-events, dead-letters
                  <-- raw-records
                Sink: audit-events (topic: audit.events)
                  <-- normalize
                Sink: dead-letters (topic: audit.events.dlq)
                  <-- normalize

              Sub-topology: 1
                Source: final-records (topics: [audit.events, audit.events.dlq])
                  --> audit-store
                Processor: audit-store (stores: [])
                  --> none
                  <-- final-records


            """.ReplaceLineEndings("\n"));

    [Fact]
    public void Where_row_images_are_kept_a_sub_topology_with_a_store_stands_between() =>
        TopologyDescription.Of(new StreamsSettings { BootstrapServers = "b", RawTopics = ["shop.a"], KeepsImages = true }).ShouldBe(
            """
            Topologies:
               Sub-topology: 0
                Source: raw-records (topics: [shop.a])
                  --> normalize
                Processor: normalize (stores: [])
                  --> audit-events, dead-letters, row-images-repartition-sink
                  <-- raw-records
                Sink: audit-events (topic: audit.events)
                  <-- normalize
                Sink: dead-letters (topic: audit.events.dlq)
                  <-- normalize
                Sink: row-images-repartition-sink (topic: auditstream-row-images-repartition)
                  <-- normalize

              Sub-topology: 1
                Source: row-images-repartition-source (topics: [auditstream-row-images-repartition])
                  --> images
                Processor: images (stores: [row-images])
                  --> images-audit-events, images-dead-letters
                  <-- row-images-repartition-source
                Sink: images-audit-events (topic: audit.events)
                  <-- images
                Sink: images-dead-letters (topic: audit.events.dlq)
                  <-- images

              Sub-topology: 2
                Source: final-records (topics: [audit.events, audit.events.dlq])
                  --> audit-store
                Processor: audit-store (stores: [])
                  --> none
                  <-- final-records


            """.ReplaceLineEndings("\n"));

    [Fact]
    public void A_pattern_stands_where_the_topics_would() =>
        TopologyDescription.Of(new StreamsSettings { BootstrapServers = "b", RawPattern = "shop\\..*" })
            .ShouldContain("    Source: raw-pattern (topics: shop\\..*)\n      --> normalize\n    Processor: normalize (stores: [])");

    [Fact]
    public void Names_and_a_pattern_are_two_sources_as_in_Kafka_Streams()
    {
        var text = TopologyDescription.Of(new StreamsSettings { BootstrapServers = "b", RawTopics = ["shop.a"], RawPattern = "bank\\..*" });
        text.ShouldContain("    Source: raw-records (topics: [shop.a])\n      --> normalize\n    Source: raw-pattern (topics: bank\\..*)\n      --> normalize\n");
        text.ShouldContain("      <-- raw-records, raw-pattern\n");
    }

    // What the widespread visualiser looks for, line by line: a sub-topology's number; a node's kind, name and topics or stores; arrows forward.
    [Fact]
    public void A_visualiser_finds_every_node_and_every_edge()
    {
        var edges = new List<string>();
        var name = "";
        foreach (var line in TopologyDescription.Of(new StreamsSettings { BootstrapServers = "b", RawTopics = ["shop.a", "shop.b"] }).Split('\n'))
        {
            if (Node().Match(line) is { Success: true } node)
            {
                name = node.Groups[2].Value;
                edges.AddRange(node.Groups[4].Value.Replace("[", "").Replace("]", "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                    .Select(other => node.Groups[3].Value == "topics" ? $"{other} > {name}" : $"{name} > {other}"));
            }
            else if (Forward().Match(line) is { Success: true } forward && forward.Groups[1].Value != "none")
            {
                edges.AddRange(forward.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries).Select(other => $"{name} > {other}"));
            }
        }
        edges.ShouldBe(
        [
            "shop.a > raw-records", "shop.b > raw-records", "raw-records > normalize", "normalize > audit-events", "normalize > dead-letters",
            "audit-events > audit.events", "dead-letters > audit.events.dlq", "audit.events > final-records", "audit.events.dlq > final-records",
            "final-records > audit-store",
        ]);
    }

    [GeneratedRegex(@"(Source:|Processor:|Sink:)\s+(\S+)\s+\((topics|topic|stores):(.*)\)")]
    private static partial Regex Node();

    [GeneratedRegex(@"-->\s+(.*)$")]
    private static partial Regex Forward();
}

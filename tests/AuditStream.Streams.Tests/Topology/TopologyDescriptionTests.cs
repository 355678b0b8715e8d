using AuditStream.Streams.Settings;
using AuditStream.Streams.Topology;

namespace AuditStream.Streams.Tests.Topology;

public sealed class TopologyDescriptionTests
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
    public void A_pattern_stands_where_the_topics_would() =>
        TopologyDescription.Of(new StreamsSettings { BootstrapServers = "b", RawPattern = "shop\\..*" })
            .ShouldContain("    Source: raw-records (topics: shop\\..*)\n");
}

using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Check;

/// <summary>What was learned of a cluster by asking.</summary>
internal sealed record ClusterFacts
{
    /// <summary>The cluster's id; null where it does not tell.</summary>
    public string? Id { get; init; }

    /// <summary>How many brokers there are.</summary>
    public int Brokers { get; init; }

    /// <summary>The topics that exist, with their partition counts.</summary>
    public IReadOnlyDictionary<string, int> Names { get; init; } = new Dictionary<string, int>();

    /// <summary>What is known of the topics that matter.</summary>
    public IReadOnlyDictionary<string, TopicFacts> Topics { get; init; } = new Dictionary<string, TopicFacts>();

    /// <summary>Topics that the configuration names and this login may not see.</summary>
    public IReadOnlyCollection<string> Hidden { get; init; } = [];

    /// <summary>A broker's settings; null where they could not be read.</summary>
    public IReadOnlyDictionary<string, string>? BrokerSettings { get; init; }

    /// <summary>First offset and end of every partition that matters.</summary>
    public IReadOnlyDictionary<TopicPartition, (long First, long End)> Ranges { get; init; } = new Dictionary<TopicPartition, (long, long)>();
}

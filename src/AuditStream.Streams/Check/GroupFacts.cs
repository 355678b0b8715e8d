using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Check;

/// <summary>What the cluster tells of a consumer group.</summary>
/// <param name="Name">The group.</param>
/// <param name="State">Its state as Kafka names it: <c>Stable</c>, <c>Empty</c>, <c>Dead</c> …</param>
/// <param name="Members">The client ids of its members.</param>
/// <param name="Committed">What it has committed, by partition; null where nothing.</param>
internal sealed record GroupFacts(
    string Name, string State, IReadOnlyList<string> Members, IReadOnlyDictionary<TopicPartition, long?> Committed)
{
    /// <summary>The state that a broker names for a group that it does not know.</summary>
    public const string NotThere = "Dead";
}

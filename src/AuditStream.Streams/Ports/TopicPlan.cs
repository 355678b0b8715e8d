namespace AuditStream.Streams.Ports;

/// <summary>A topic as it is to be created.</summary>
/// <param name="Name">The name.</param>
/// <param name="Partitions">How many partitions.</param>
/// <param name="ReplicationFactor">How many copies; -1 leaves it to the broker.</param>
/// <param name="Settings">Topic settings by name.</param>
public sealed record TopicPlan(string Name, int Partitions, int ReplicationFactor, IReadOnlyDictionary<string, string> Settings);

using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Model;

/// <summary>What a member of a group asks for, from its client's settings.</summary>
/// <param name="Topics">Names, and expressions that begin with <c>^</c>.</param>
/// <param name="Excluded">Expressions of topics that it treats as if they were not there.</param>
/// <param name="IsCooperative">True when it keeps what it owns through a rebalance, and gives back only what goes to others.</param>
/// <param name="Instance">The name under which it comes back as the same member; null for a member that is new each time.</param>
internal sealed record Subscription(IReadOnlyList<string> Topics, IReadOnlyList<string> Excluded, bool IsCooperative, string? Instance)
{
    /// <summary>Reads it from a consumer's settings.</summary>
    internal static Subscription Of(IReadOnlyList<string> topics, IReadOnlyDictionary<string, string> settings) => new(
        topics,
        settings.TryGetValue("topic.blacklist", out var excluded) ? excluded.Split(',') : [],
        settings["partition.assignment.strategy"].Contains("cooperative", StringComparison.Ordinal),
        settings.GetValueOrDefault("group.instance.id"));

    /// <summary>True when it asks for a topic.</summary>
    internal bool Wants(ModelBroker broker, TopicPartition partition) =>
        Topics.Any(entry => broker.Means(entry, partition.Topic)) && !Excluded.Any(entry => broker.Means(entry, partition.Topic));
}

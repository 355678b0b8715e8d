namespace AuditStream.Streams.Topics;

/// <summary>One of the pipeline's own topics, as it is to be.</summary>
/// <param name="Name">The name.</param>
/// <param name="Setting">The setting that names it, or that makes it exist.</param>
/// <param name="Partitions">How many partitions it gets.</param>
/// <param name="HasFixedPartitions">True when it may have no other number.</param>
/// <param name="Holds">What it holds, in words.</param>
/// <param name="Settings">The topic settings that it gets.</param>
internal sealed record OwnTopic(
    string Name, string Setting, int Partitions, bool HasFixedPartitions, string Holds, IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>True when only the last record of a key counts.</summary>
    internal bool IsCompacted => Settings["cleanup.policy"] == "compact";

    /// <summary>True when its records' time is that of raw records.</summary>
    internal bool KeepsTime => Settings.ContainsKey("message.timestamp.type");
}

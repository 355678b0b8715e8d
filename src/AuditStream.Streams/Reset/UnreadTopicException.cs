namespace AuditStream.Streams.Reset;

/// <summary>A topic is named that none of the groups reads, or that is not there: probably it is written wrong.</summary>
/// <param name="topic">The topic.</param>
/// <param name="read">The topics that the groups read, as far as they are there.</param>
public sealed class UnreadTopicException(string topic, IReadOnlyList<string> read) : Exception($"None of the groups reads the topic {topic}.")
{
    /// <summary>The topic.</summary>
    public string Topic { get; } = topic;

    /// <summary>The topics that the groups read.</summary>
    public IReadOnlyList<string> Read { get; } = read;
}

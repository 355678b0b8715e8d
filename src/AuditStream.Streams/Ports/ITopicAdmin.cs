namespace AuditStream.Streams.Ports;

/// <summary>What is asked of a cluster about topics. Every method throws <see cref="ClientException"/>.</summary>
public interface ITopicAdmin : IDisposable
{
    /// <summary>The topics that exist, with their partition counts.</summary>
    IReadOnlyDictionary<string, int> Topics(TimeSpan wait);

    /// <summary>A topic's settings by name, such as <c>max.message.bytes</c>; null where the cluster does not tell (mock
    /// clusters).</summary>
    IReadOnlyDictionary<string, string>? Settings(string topic, TimeSpan wait);

    /// <summary>Creates a topic; one that exists already is left as it is.</summary>
    /// <returns>False where the cluster does not support it (mock clusters): topics then appear on first use.</returns>
    bool Create(TopicPlan topic, TimeSpan wait);
}

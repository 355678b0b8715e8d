using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>Topics in memory, by name, with their settings. Faults: exceptions that a named call throws, in order; null lets one call through.</summary>
internal sealed class FakeTopicAdmin : ITopicAdmin
{
    private readonly Dictionary<string, int> partitions = [];

    internal Dictionary<string, IReadOnlyDictionary<string, string>> Existing { get; } = [];

    internal List<TopicPlan> Created { get; } = [];

    /// <summary>False for a cluster on which topics appear with their first record.</summary>
    internal bool CreatesTopics { get; init; } = true;

    internal Queue<ClientException?> OnTopics { get; } = new();

    internal Queue<ClientException?> OnCreate { get; } = new();

    /// <summary>A topic that is there.</summary>
    internal FakeTopicAdmin Has(string topic, int count, params (string Name, string Value)[] values)
    {
        partitions[topic] = count;
        Existing[topic] = values.ToDictionary(value => value.Name, value => value.Value);
        return this;
    }

    public IReadOnlyDictionary<string, int> Topics(TimeSpan wait)
    {
        if (OnTopics.TryDequeue(out var fault) && fault is not null)
            throw fault;
        return Existing.ToDictionary(topic => topic.Key, topic => partitions.GetValueOrDefault(topic.Key, 1));
    }

    public IReadOnlyDictionary<string, string>? Settings(string topic, TimeSpan wait) => Existing[topic];

    public bool Create(TopicPlan topic, TimeSpan wait)
    {
        if (OnCreate.TryDequeue(out var fault) && fault is not null)
            throw fault;
        if (!CreatesTopics)
            return false;
        Created.Add(topic);
        Existing[topic.Name] = topic.Settings;
        partitions[topic.Name] = topic.Partitions;
        return true;
    }

    public void Dispose()
    {
        // Used again by the next client.
    }
}

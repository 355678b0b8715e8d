using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>Topics in memory, by name, with their settings.</summary>
internal sealed class FakeTopicAdmin : ITopicAdmin
{
    internal Dictionary<string, IReadOnlyDictionary<string, string>> Existing { get; } = [];

    internal List<TopicPlan> Created { get; } = [];

    /// <summary>What each creation throws; null for none.</summary>
    internal Queue<ClientException?> OnCreate { get; } = new();

    public IReadOnlyDictionary<string, int> Topics(TimeSpan wait) => Existing.ToDictionary(topic => topic.Key, _ => 1);

    public IReadOnlyDictionary<string, string>? Settings(string topic, TimeSpan wait) => Existing[topic];

    public bool Create(TopicPlan topic, TimeSpan wait)
    {
        if (OnCreate.TryDequeue(out var fault) && fault is not null)
            throw fault;
        Created.Add(topic);
        Existing[topic.Name] = topic.Settings;
        return true;
    }

    public void Dispose()
    {
        // Used again by the next client.
    }
}

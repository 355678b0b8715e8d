using System.Text;
using AuditStream.Streams.Ports;

namespace AuditStream.App.Tests.Hosting;

/// <summary>A broker in memory that takes checkpoints, or is away.</summary>
internal sealed class CheckpointClients : IClientFactory, IStreamProducer, ITopicAdmin
{
    /// <summary>What was taken: key and value.</summary>
    public List<(string Number, string Note)> Taken { get; } = [];

    public bool IsAway { get; set; }

    public IStreamProducer Producer(string clientId, string? transactionalId, bool tellsOffsets = false) => this;

    public ITopicAdmin Admin(string clientId) => this;

    public void Produce(in OutgoingRecord record)
    {
        if (!IsAway)
            Taken.Add((Encoding.UTF8.GetString(record.Key.GetValueOrDefault().Span), Encoding.UTF8.GetString(record.Value.GetValueOrDefault().Span)));
    }

    public void Flush(TimeSpan wait)
    {
        if (IsAway)
            throw new ClientException(ClientErrorClass.Retriable, "Local_TimedOut", "The brokers are away.");
    }

    public IReadOnlyDictionary<string, int> Topics(TimeSpan wait) => new Dictionary<string, int>();

    public IReadOnlyDictionary<string, string>? Settings(string topic, TimeSpan wait) => null;

    public bool Create(TopicPlan topic, TimeSpan wait) => true;

    public void Dispose()
    {
        // Used again by the next client.
    }

    public IStreamConsumer NormalizeConsumer(string clientId) => throw NotAsked();

    public IStreamConsumer ImagesConsumer(string clientId) => throw NotAsked();

    public IChangelogReader ChangelogReader(string clientId) => throw NotAsked();

    public IChangelogReader TaskReader(string clientId, string group, bool committedOnly) => throw NotAsked();

    public IStreamConsumer SinkConsumer(string clientId) => throw NotAsked();

    public void InitTransactions(TimeSpan wait) => throw NotAsked();

    public void BeginTransaction() => throw NotAsked();

    public void SendOffsets(IReadOnlyCollection<PartitionOffset> offsets, GroupMembership membership, TimeSpan wait) => throw NotAsked();

    public void CommitTransaction(TimeSpan wait) => throw NotAsked();

    public void AbortTransaction(TimeSpan wait) => throw NotAsked();

    private static InvalidOperationException NotAsked() => new("Checkpoints need no such client.");
}

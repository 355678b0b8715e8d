using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>Clients in memory behind the ports: a list of records to consume, a log of what was done, and faults to order by
/// name.</summary>
internal sealed class FakeBroker : IClientFactory
{
    internal List<FakeConsumer> Consumers { get; } = [];

    internal List<FakeProducer> Producers { get; } = [];

    /// <summary>What is called on each new consumer and producer, in the order of their making.</summary>
    internal Queue<Action<FakeConsumer>> ConsumerScripts { get; } = new();

    internal Queue<Action<FakeProducer>> ProducerScripts { get; } = new();

    internal FakeConsumer LastConsumer => Consumers[^1];

    internal FakeProducer LastProducer => Producers[^1];

    /// <summary>Every call that matters, in order, over all clients.</summary>
    internal List<string> Calls { get; } = [];

    /// <summary>Whether questions for committed offsets are among the calls.</summary>
    internal bool NotesCommitted { get; set; }

    /// <summary>What readers of committed records see.</summary>
    internal List<FakeRecord> Committed { get; } = [];

    /// <summary>Committed records of tasks.</summary>
    internal List<FakeRecord> Tasks { get; } = [];

    /// <summary>All records of tasks, those of transactions that were dropped or never ended included.</summary>
    internal List<FakeRecord> Uncommitted { get; } = [];

    /// <summary>How many ends of changelogs still count a record of an open transaction, which aborts later.</summary>
    internal int PendingEnds { get; set; }

    /// <summary>How often changelogs were read from.</summary>
    internal int ChangelogReads { get; set; }

    /// <summary>True while a transaction is open on the topic of tasks: readers of committed records do not come to its end.</summary>
    internal bool HasOpenTaskRecord { get; set; }

    /// <summary>What each read of a changelog throws before it reads; null for nothing.</summary>
    internal Queue<ClientException?> OnRead { get; } = new();

    /// <summary>The client ids of the group's members.</summary>
    internal List<string> Members { get; } = ["auditstream-test-1", "auditstream-test-images-1"];

    /// <summary>What each question for the members throws; null for an answer.</summary>
    internal Queue<ClientException?> OnMembers { get; } = new();

    /// <summary>What each read of records of tasks throws; null for nothing.</summary>
    internal Queue<ClientException?> OnReadTask { get; } = new();

    /// <summary>What each question for committed offsets throws; null for an answer.</summary>
    internal Queue<ClientException?> OnCommitted { get; } = new();

    /// <summary>The group's offsets.</summary>
    internal Dictionary<TopicPartition, long> Offsets { get; } = [];

    public IStreamConsumer NormalizeConsumer(string clientId) => Scripted(new FakeConsumer(this), Consumers, ConsumerScripts);

    public IStreamConsumer ImagesConsumer(string clientId) => Scripted(new FakeConsumer(this), Consumers, ConsumerScripts);

    public IChangelogReader ChangelogReader(string clientId) => new FakeChangelogReader(this);

    public IChangelogReader TaskReader(string clientId, string group, bool committedOnly) => new FakeTaskReader(this, committedOnly);

    public IStreamConsumer SinkConsumer(string clientId) => Scripted(new FakeConsumer(this), Consumers, ConsumerScripts);

    public IStreamProducer Producer(string clientId, string? transactionalId, bool tellsOffsets = false) =>
        Scripted(new FakeProducer(this, transactionalId), Producers, ProducerScripts);

    /// <summary>What answers about topics; null where no test asks.</summary>
    internal FakeTopicAdmin? Topics { get; init; }

    public ITopicAdmin Admin(string clientId) => Topics ?? throw new InvalidOperationException("No test of the loop asks for an admin client.");

    internal static string Text(IEnumerable<PartitionOffset> offsets) =>
        string.Join(",", offsets.OrderBy(offset => offset.Partition).Select(offset => $"{offset.Partition}={offset.NextOffset}"));

    private static T Scripted<T>(T client, List<T> clients, Queue<Action<T>> scripts)
    {
        clients.Add(client);
        if (scripts.TryDequeue(out var script))
            script(client);
        return client;
    }
}

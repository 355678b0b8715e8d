using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace AuditStream.Testing;

/// <summary>A real Kafka of one or several brokers on free loopback ports, with Kafka's own tools; stopped and deleted at the end.</summary>
public sealed class KafkaCluster : IAsyncDisposable
{
    private const int ControllerOffset = 100;
    private const int MaxStartAttempts = 3;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan CommittedLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ToolLimit = TimeSpan.FromSeconds(60);

    private static readonly ErrorCode[] CoordinatorIsAway =
        [ErrorCode.GroupLoadInProgress, ErrorCode.GroupCoordinatorNotAvailable, ErrorCode.NotCoordinatorForGroup, ErrorCode.Local_TimedOut];

    private readonly TemporaryFolder _folder;
    private readonly string _script;
    private readonly Lazy<IAdminClient> _admin;
    private readonly Guard _guard;

    private KafkaCluster(string script, TemporaryFolder folder, int port, int brokers)
    {
        _script = script;
        _folder = folder;
        Port = port;
        BootstrapServers = string.Join(',', Enumerable.Range(0, brokers).Select(n => $"127.0.0.1:{port + n}"));
        _admin = new Lazy<IAdminClient>(() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = BootstrapServers }).Build());
        _guard = new Guard(script, "down", "--dir", Directory);
    }

    /// <summary>The first broker's port.</summary>
    public int Port { get; }

    /// <summary>The bootstrap list.</summary>
    public string BootstrapServers { get; }

    /// <summary>Finds free ports for a cluster that is started later: broker n uses P + n and P + 100 + n.</summary>
    public static int FindPort(int brokers = 1) =>
        FreePorts.WithOffsets([.. Enumerable.Range(0, brokers).SelectMany(n => new[] { n, ControllerOffset + n })]);

    /// <summary>Starts a cluster and returns when it answers.</summary>
    /// <param name="brokers">How many brokers.</param>
    /// <param name="port">The first broker's port; null takes a free one.</param>
    /// <param name="settings">Broker settings, <c>key=value</c>.</param>
    public static async Task<KafkaCluster> StartAsync(int brokers = 1, int? port = null, params string[] settings)
    {
        var script = SharedFolder.KafkaScript ?? throw new InvalidOperationException("Starting Kafka failed: shared/kafka is missing.");
        for (var attempt = 1; ; attempt++)
        {
            var cluster = new KafkaCluster(script, new TemporaryFolder("kafka"), port ?? FindPort(brokers), brokers);
            try
            {
                await cluster.RunAsync(StartLimit,
                [
                    "up", "--brokers", Invariant(brokers), "--port", Invariant(cluster.Port), "--dir", cluster.Directory,
                    // Records of tests are dated in the past; the broker's default retention deletes them under the reader.
                    "--set", "log.retention.ms=-1",
                    .. settings.SelectMany(setting => new[] { "--set", setting }),
                ]);
                return cluster;
            }
            catch (InvalidOperationException) when (port is null && attempt < MaxStartAttempts)
            {
                await cluster.DisposeAsync(); // another process took a port meanwhile
            }
        }
    }

    /// <summary>Creates topics.</summary>
    public async Task CreateTopicsAsync(int partitions, IEnumerable<string> topics, Dictionary<string, string>? settings = null)
    {
        await _admin.Value.CreateTopicsAsync(topics.Select(topic => new TopicSpecification
        {
            Name = topic,
            NumPartitions = partitions,
            ReplicationFactor = -1,
            Configs = settings,
        }));
    }

    /// <summary>Sets the group back to the beginning of a topic, with Kafka's own tool. The group must have no members.</summary>
    public Task ResetGroupToEarliestAsync(string group, params IEnumerable<string> topics) =>
        RunAsync(ToolLimit,
        [
            "groups", "--bootstrap-server", BootstrapServers, "--group", group, "--reset-offsets", "--to-earliest", "--execute",
            .. topics.SelectMany(topic => new[] { "--topic", topic }),
        ]);

    /// <summary>How many records of the topics the group has not committed yet. Only meaningful for topics without transactions in them.</summary>
    /// <returns>The number; <see cref="long.MaxValue"/> while the group's coordinator does not answer.</returns>
    public async Task<long> LagAsync(string group, IEnumerable<string> topics)
    {
        var partitions = PartitionsOf(topics);
        if (partitions.Count == 0)
            return 0;
        var ends = await EndsAsync(partitions, IsolationLevel.ReadUncommitted);
        return Committed(group, partitions) is { } committed
            ? partitions.Sum(partition => ends[partition] - committed.GetValueOrDefault(partition))
            : long.MaxValue;
    }

    /// <summary>Removes every record that a topic has now, as retention does.</summary>
    public async Task DeleteAllRecordsAsync(string topic)
    {
        var ends = await EndsAsync(PartitionsOf([topic]), IsolationLevel.ReadUncommitted);
        await _admin.Value.DeleteRecordsAsync(ends.Select(end => new TopicPartitionOffset(end.Key, end.Value)));
    }

    /// <summary>Runs one of Kafka's own tools: <c>topics</c>, <c>groups</c>, <c>configs</c> …</summary>
    /// <returns>What it wrote to standard output.</returns>
    public Task<string> ToolAsync(string verb, params IEnumerable<string> arguments) =>
        RunAsync(ToolLimit, [verb, "--bootstrap-server", BootstrapServers, .. arguments]);

    /// <summary>SIGKILL of one broker, counted from 1.</summary>
    public Task KillBrokerAsync(int broker) => RunAsync(ToolLimit, ["kill", Invariant(broker), "--dir", Directory]);

    /// <summary>Starts a killed broker on its old data and returns when it listens.</summary>
    public Task StartBrokerAsync(int broker) => RunAsync(StartLimit, ["start", Invariant(broker), "--dir", Directory]);

    /// <summary>True when every broker has every copy that it should have: another one may be taken away then.</summary>
    public bool IsInSync()
    {
        try
        {
            return _admin.Value.GetMetadata(ToolLimit).Topics.SelectMany(topic => topic.Partitions)
                .All(partition => partition.InSyncReplicas.Length == partition.Replicas.Length);
        }
        catch (KafkaException)
        {
            return false; // nobody answers
        }
    }

    /// <summary>The files that the brokers write their words into, by broker, counted from 1.</summary>
    public IEnumerable<(int Broker, string Path)> Logs =>
        Enumerable.Range(1, BootstrapServers.Split(',').Length).Select(broker => (broker, Path.Combine(Directory, Invariant(broker), "out.log")));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_admin.IsValueCreated)
            _admin.Value.Dispose();
        await RunAsync(ToolLimit, ["down", "--dir", Directory]);
        _guard.Dispose();
        _folder.Dispose();
    }

    /// <summary>True while a transaction on one of the topics is neither committed nor aborted: records behind it exist and cannot be read yet.</summary>
    public async Task<bool> HasOpenTransactionAsync(IEnumerable<string> topics)
    {
        var partitions = PartitionsOf(topics);
        var ends = await EndsAsync(partitions, IsolationLevel.ReadUncommitted);
        var stable = await EndsAsync(partitions, IsolationLevel.ReadCommitted);
        return partitions.Exists(partition => ends[partition] != stable[partition]);
    }

    // By a consumer that never joins: the admin client's own call (ListConsumerGroupOffsets) ends the process when the coordinator moves,
    // because librdkafka 2.12 then looks for a group in a client that has none.
    private Dictionary<TopicPartition, long>? Committed(string group, List<TopicPartition> partitions)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig
        {
            BootstrapServers = BootstrapServers,
            GroupId = group,
            IsolationLevel = IsolationLevel.ReadUncommitted,
        }).Build();
        try
        {
            return consumer.Committed(partitions, CommittedLimit)
                .ToDictionary(position => position.TopicPartition, position => Math.Max(0, position.Offset.Value));
        }
        catch (KafkaException exception) when (CoordinatorIsAway.Contains(exception.Error.Code))
        {
            return null;
        }
    }

    private List<TopicPartition> PartitionsOf(IEnumerable<string> topics)
    {
        var wanted = topics.ToHashSet(StringComparer.Ordinal);
        return [.. _admin.Value.GetMetadata(ToolLimit).Topics.Where(topic => wanted.Contains(topic.Topic))
            .SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition.PartitionId)))];
    }

    private async Task<Dictionary<TopicPartition, long>> EndsAsync(List<TopicPartition> partitions, IsolationLevel isolation)
    {
        if (partitions.Count == 0)
            return [];
        var ends = await _admin.Value.ListOffsetsAsync(
            partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = OffsetSpec.Latest() }),
            new ListOffsetsOptions { IsolationLevel = isolation });
        return ends.ResultInfos.ToDictionary(end => end.TopicPartitionOffsetError.TopicPartition, end => end.TopicPartitionOffsetError.Offset.Value);
    }

    private string Directory => _folder.At("cluster");

    private static string Invariant(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private Task<string> RunAsync(TimeSpan within, IEnumerable<string> arguments) => ToolProcess.RunAsync(within, _script, arguments);
}

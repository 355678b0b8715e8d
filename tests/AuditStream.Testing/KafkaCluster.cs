using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace AuditStream.Testing;

/// <summary>A real Kafka of one or several brokers on free loopback ports, with Kafka's own tools; stopped and deleted at the end.</summary>
public sealed class KafkaCluster : IAsyncDisposable
{
    private const int ControllerOffset = 100;
    private const int MaxStartAttempts = 3;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan ToolLimit = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder _folder;
    private readonly string _script;

    private KafkaCluster(string script, TemporaryFolder folder, int port, int brokers)
    {
        _script = script;
        _folder = folder;
        Port = port;
        BootstrapServers = string.Join(',', Enumerable.Range(0, brokers).Select(n => $"127.0.0.1:{port + n}"));
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
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
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = BootstrapServers }).Build();
        await admin.CreateTopicsAsync(topics.Select(topic => new TopicSpecification
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

    /// <summary>Runs one of Kafka's own tools: <c>topics</c>, <c>groups</c>, <c>configs</c> …</summary>
    /// <returns>What it wrote to standard output.</returns>
    public Task<string> ToolAsync(string verb, params IEnumerable<string> arguments) =>
        RunAsync(ToolLimit, [verb, "--bootstrap-server", BootstrapServers, .. arguments]);

    /// <summary>SIGKILL of one broker, counted from 1.</summary>
    public Task KillBrokerAsync(int broker) => RunAsync(ToolLimit, ["kill", Invariant(broker), "--dir", Directory]);

    /// <summary>Starts a killed broker on its old data and returns when it listens.</summary>
    public Task StartBrokerAsync(int broker) => RunAsync(StartLimit, ["start", Invariant(broker), "--dir", Directory]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        await RunAsync(ToolLimit, ["down", "--dir", Directory]);
        _folder.Dispose();
    }

    private string Directory => _folder.At("cluster");

    private static string Invariant(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private Task<string> RunAsync(TimeSpan within, IEnumerable<string> arguments) => ToolProcess.RunAsync(within, _script, arguments);

    // A test host that is stopped half-way must not leave brokers behind.
    private void OnProcessExit(object? sender, EventArgs arguments) =>
        RunAsync(ToolLimit, ["down", "--dir", Directory]).GetAwaiter().GetResult();
}

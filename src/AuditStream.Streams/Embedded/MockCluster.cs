using System.Collections.Concurrent;
using System.Globalization;
using Confluent.Kafka;

namespace AuditStream.Streams.Embedded;

/// <summary>librdkafka's mock cluster in this process: brokers on loopback ports that any client can use.</summary>
/// <remarks>It shows wiring, not exactly-once: it keeps about 5 MB per partition, stores no transactional offsets, filters no aborted
/// records and
/// cannot create topics by request; a topic appears, with four partitions, when it is first asked for.</remarks>
public sealed class MockCluster : IDisposable
{
    /// <summary>How many partitions each of its topics has.</summary>
    internal const int TopicPartitions = 4;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);
    private static readonly ConcurrentDictionary<string, bool> Running = new(StringComparer.Ordinal);
    private readonly IProducer<Null, Null> owner;

    /// <summary>Starts the brokers.</summary>
    /// <param name="brokers">How many; 1 to 10.</param>
    public MockCluster(int brokers = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(brokers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(brokers, 10);
        owner = new ProducerBuilder<Null, Null>(new Dictionary<string, string>
        {
            ["test.mock.num.brokers"] = brokers.ToString(CultureInfo.InvariantCulture),
            ["client.id"] = "mock-cluster",
        }).SetLogHandler((_, _) => { }).Build();
        try
        {
            using var admin = new DependentAdminClientBuilder(owner.Handle).Build();
            BootstrapServers = string.Join(',', admin.GetMetadata(StartLimit).Brokers.Select(Address));
            Running[BootstrapServers] = true;
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    /// <summary>The addresses: <c>127.0.0.1:port</c>, separated by commas.</summary>
    public string BootstrapServers { get; }

    /// <summary>Makes a topic appear, so that a subscription finds it at once.</summary>
    /// <returns>How many partitions it has.</returns>
    public int Touch(string topic)
    {
        using var admin = new DependentAdminClientBuilder(owner.Handle).Build();
        return admin.GetMetadata(topic, StartLimit).Topics.Single().Partitions.Count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Running.TryRemove(BootstrapServers, out _);
        owner.Dispose();
    }

    /// <summary>True for the address of a mock cluster of this process: it has no controller to ask.</summary>
    internal static bool IsOneOfThisProcess(string bootstrapServers) => Running.ContainsKey(bootstrapServers);

    private static string Address(BrokerMetadata broker) => string.Create(CultureInfo.InvariantCulture, $"{broker.Host}:{broker.Port}");
}

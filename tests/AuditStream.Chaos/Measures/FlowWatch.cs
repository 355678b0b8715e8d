using System.Text.Json;
using AuditStream.Chaos.Source;
using AuditStream.Chaos.Stack;
using AuditStream.Testing;
using Confluent.Kafka;

namespace AuditStream.Chaos.Measures;

/// <summary>Watches topics as a reader of committed records, and says when records of every raw partition come through that were written after
/// an instant.</summary>
internal sealed class FlowWatch : IDisposable
{
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(100);
    private readonly IConsumer<byte[]?, byte[]?> consumer;
    private readonly Func<ConsumeResult<byte[]?, byte[]?>, (string Topic, int Partition)?> rawPartitionOf;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock access = new();
    private readonly HashSet<(string, int)> flowing = [];
    private readonly Task reading;
    private long since = long.MaxValue;
    private DateTimeOffset last;

    private FlowWatch(
        ChaosStack stack, IEnumerable<TopicPartition> partitions, Func<ConsumeResult<byte[]?, byte[]?>, (string Topic, int Partition)?> rawPartitionOf)
    {
        this.rawPartitionOf = rawPartitionOf;
        consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig
        {
            BootstrapServers = stack.Kafka.BootstrapServers,
            GroupId = "flow-watch",
            EnableAutoCommit = false,
            IsolationLevel = IsolationLevel.ReadCommitted,
            FetchWaitMaxMs = 50,
            ReconnectBackoffMaxMs = 500,
            TopicMetadataRefreshIntervalMs = 1_000,
        }).SetErrorHandler((_, _) => { }).SetLogHandler((_, _) => { }).Build();
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Watches the final topic: an event has the Kafka timestamp of its raw record, and names its raw partition.</summary>
    internal static FlowWatch OfEvents(ChaosStack stack, int partitions) => new(
        stack, Enumerable.Range(0, partitions).Select(partition => new TopicPartition(ChaosStack.FinalTopic, partition)), result =>
            result.Message.Value is { } value && JsonSerializer.Deserialize<JsonElement>(value).TryGetProperty("origin", out var origin)
            && origin.TryGetProperty("topic", out var topic) && SourceTable.All.Any(table => table.Topic == topic.GetString())
                ? (topic.GetString() ?? "", origin.GetProperty("partition").GetInt32())
                : null);

    /// <summary>Watches the raw topics: what no reader of them can be faster than.</summary>
    internal static FlowWatch OfRaw(ChaosStack stack) => new(
        stack, SourceTable.All.SelectMany(table => Enumerable.Range(0, table.Partitions).Select(partition => new TopicPartition(table.Topic, partition))),
        result => (result.Topic, result.Partition.Value));

    private static int Partitions => SourceTable.All.Sum(table => table.Partitions);

    /// <summary>Waits until a record that was written after now has come through from every raw partition.</summary>
    /// <param name="limit">How long at most.</param>
    /// <param name="cause">What is done at the beginning of that time.</param>
    /// <returns>How long it took; null when it took longer than the limit.</returns>
    internal async Task<TimeSpan?> FlowsAgainAsync(TimeSpan limit, Action? cause = null)
    {
        cause?.Invoke();
        var begin = TimeProvider.System.GetUtcNow();
        lock (access)
        {
            flowing.Clear();
            since = begin.ToUnixTimeMilliseconds();
        }
        while (TimeProvider.System.GetUtcNow() - begin < limit)
        {
            lock (access)
            {
                if (flowing.Count == Partitions)
                    return last - begin;
            }
            await Pause.ForAsync(PollWait, CancellationToken.None);
        }
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Cancel();
        reading.Wait();
        consumer.Dispose();
        stop.Dispose();
    }

    private void Read()
    {
        while (!stop.IsCancellationRequested)
        {
            ConsumeResult<byte[]?, byte[]?>? result;
            try
            {
                result = consumer.Consume(PollWait);
            }
            catch (ConsumeException exception) when (!exception.Error.IsFatal)
            {
                continue; // a broker is away, or the topic is not there yet
            }
            if (result?.Message is not { } message || message.Timestamp.UnixTimestampMs < Interlocked.Read(ref since) || rawPartitionOf(result) is not { } raw)
                continue;
            lock (access)
            {
                if (message.Timestamp.UnixTimestampMs >= since && flowing.Add(raw))
                    last = TimeProvider.System.GetUtcNow();
            }
        }
    }
}

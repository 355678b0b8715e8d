using System.Text.Json;
using AuditStream.Chaos.Source;
using AuditStream.Chaos.Stack;
using AuditStream.Testing;
using Confluent.Kafka;

namespace AuditStream.Chaos.Measures;

/// <summary>Watches the final topic as a reader of committed records, and says when records of every raw partition come through that were written after
/// an instant.</summary>
/// <remarks>An event has the Kafka timestamp of its raw record, and names its raw partition.</remarks>
internal sealed class FlowWatch : IDisposable
{
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(100);
    private readonly IConsumer<byte[]?, byte[]?> consumer;
    private readonly CancellationTokenSource stop = new();
    private readonly Lock access = new();
    private readonly HashSet<(string, int)> flowing = [];
    private readonly Task reading;
    private long since = long.MaxValue;
    private DateTimeOffset last;

    internal FlowWatch(ChaosStack stack, int finalPartitions)
    {
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
        consumer.Assign(Enumerable.Range(0, finalPartitions).Select(partition => new TopicPartitionOffset(ChaosStack.FinalTopic, partition, Offset.Beginning)));
        reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

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
            if (result?.Message is not { Value: { } value } message || message.Timestamp.UnixTimestampMs < Interlocked.Read(ref since))
                continue;
            if (!JsonSerializer.Deserialize<JsonElement>(value).TryGetProperty("origin", out var origin) || !origin.TryGetProperty("topic", out var topic))
                continue;
            lock (access)
            {
                if (message.Timestamp.UnixTimestampMs >= since && SourceTable.All.Any(table => table.Topic == topic.GetString())
                    && flowing.Add((topic.GetString() ?? "", origin.GetProperty("partition").GetInt32())))
                    last = TimeProvider.System.GetUtcNow();
            }
        }
    }
}

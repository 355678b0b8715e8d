using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;
using AuditStream.Streams.Ledger;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Restore;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tasks;

namespace AuditStream.Streams.Loop;

/// <summary>The tasks that a thread owns.</summary>
internal sealed class TaskBoard(LoopRole role, StreamsSettings settings, StreamsMetrics metrics, TimeProvider time)
{
    private readonly Dictionary<TopicPartition, StreamTask> tasks = [];
    private StreamTask? last;

    /// <summary>All of them.</summary>
    internal IReadOnlyCollection<StreamTask> All => tasks.Values;

    /// <summary>Their partitions in words.</summary>
    internal IEnumerable<string> Names => tasks.Keys.Select(partition => partition.ToString());

    /// <summary>Opens tasks, each with a handler of its own.</summary>
    internal void Add(IEnumerable<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
        {
            var id = new TaskId(role.Name, partition.Topic, partition.Partition);
            var handler = role.Handlers(id);
            var state = handler is IImageHandler images ? new ImageState(images, settings, partition.Partition, metrics) : null;
            var ledger = new TaskLedger(time, TimeSpan.FromMilliseconds(settings.LedgerIntervalMilliseconds));
            tasks[partition] = new StreamTask(id, handler, state, ledger, metrics);
        }
    }

    /// <summary>Closes tasks.</summary>
    internal void Remove(IEnumerable<TopicPartition> partitions)
    {
        last = null;
        foreach (var partition in partitions)
        {
            tasks.GetValueOrDefault(partition)?.Dispose();
            tasks.Remove(partition);
        }
    }

    /// <summary>Closes all tasks.</summary>
    internal void Clear()
    {
        last = null;
        foreach (var task in tasks.Values)
            task.Dispose();
        tasks.Clear();
    }

    /// <summary>Says how far behind the ends of their partitions they are, as the last fetches have it. No request.</summary>
    internal void Measure(IStreamConsumer consumer)
    {
        foreach (var task in tasks.Values)
        {
            if (task.Next.NextOffset < 0 || consumer.HighWatermark(task.Partition) is not { } end)
                continue;

            // The markers of a source's transactions are no records; the consumer has passed those behind the last one.
            var place = task.Life == StreamTaskState.Running && !task.HasProgress
                ? Math.Max(task.Next.NextOffset, consumer.Position(task.Partition) ?? 0) : task.Next.NextOffset;
            metrics.Lag(task.Partition, Math.Max(0, end - place), task.LastTimestamp);
        }
    }

    /// <summary>The task of a record; null when its partition is not owned any more, and the record was only still on its way.</summary>
    internal StreamTask? Of(in RawRecord record)
    {
        if (last is { } task && task.Id.Partition == record.Partition && task.Id.Topic == record.Topic)
            return task;
        return last = tasks.GetValueOrDefault(new TopicPartition(record.Topic, record.Partition));
    }
}

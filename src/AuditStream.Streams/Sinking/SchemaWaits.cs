using AuditStream.Core.Flow;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Ports;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Sinking;

/// <summary>Partitions whose next event is Avro under a schema that cannot be had now: paused, and the same event tried again after a back-off, without
/// limit. The other partitions go on.</summary>
internal sealed class SchemaWaits(ThreadStatus status, ILogger logger, TimeProvider time)
{
    private readonly Dictionary<TopicPartition, long> offsets = [];
    private readonly WaitingTasks waiting = new(status, logger, time);

    /// <summary>True while a partition is paused here: who resumes it would pass over the event.</summary>
    internal bool Holds(TopicPartition partition) => offsets.ContainsKey(partition);

    /// <summary>An event has to wait.</summary>
    internal void Add(IStreamConsumer consumer, in RawRecord record, string why)
    {
        var partition = new TopicPartition(record.Topic, record.Partition);
        offsets[partition] = record.Offset;
        consumer.Pause([partition]);
        waiting.Add(partition, why);
    }

    /// <summary>Gives partitions their event again, when it is time. Before a poll only: a record that was polled is lent.</summary>
    internal void TryAgain(IStreamConsumer consumer)
    {
        var due = waiting.TakeDue();
        if (due.Count == 0)
            return;
        consumer.Resume(due);
        foreach (var partition in due)
        {
            offsets.Remove(partition, out var offset);
            consumer.Seek(new PartitionOffset(partition, offset));
        }
    }

    /// <summary>An event of a partition was read.</summary>
    internal void Done(TopicPartition partition) => waiting.Done(partition);

    /// <summary>These partitions are not owned any more.</summary>
    internal void Forget(IEnumerable<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
        {
            offsets.Remove(partition);
            waiting.Forget([partition]);
        }
    }
}

using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Simulation.Breaks;
using AuditStream.Simulation.Faults;
using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Model;

/// <summary>The port that reads records of tasks over the model: a compacted topic, of which only the last record of each key is left.</summary>
internal sealed class ModelTaskReader(ModelProcess process, bool committedOnly) : IChangelogReader
{
    private readonly Queue<LogEntry> left = new();
    private TopicPartition open;
    private long next;
    private long fetchedTo;

    private PartitionLog Log => process.Broker.Log(open);

    private long End => committedOnly ? Log.LastStableOffset : Log.End;

    /// <inheritdoc/>
    long IChangelogReader.End(TopicPartition partition, TimeSpan wait)
    {
        long end = 0;
        process.Ask(Call.TaskEnd, wait, () =>
        {
            var log = process.Broker.Log(partition);
            end = Break.Is(13) && committedOnly ? log.LastStableOffset : log.End;
        });
        return end;
    }

    /// <inheritdoc/>
    public long Start(TopicPartition partition, TimeSpan wait) => 0;

    /// <inheritdoc/>
    public void Open(TopicPartition partition, long? offset)
    {
        process.ThrowIfDead();
        left.Clear();
        (open, next) = (partition, offset ?? 0);
    }

    /// <inheritdoc/>
    public bool Poll(TimeSpan wait, out RawRecord record)
    {
        record = default;
        process.At(Call.TaskPoll, isAfter: false);
        if (process.Broker.IsDown || !Fetch())
        {
            process.Wait(wait);
            return false;
        }
        var entry = left.Dequeue();
        next = left.Count == 0 ? fetchedTo : entry.Offset + 1;
        record = new RawRecord
        {
            Topic = open.Topic,
            Partition = open.Partition,
            Offset = entry.Offset,
            TimestampMilliseconds = entry.TimestampMilliseconds,
            Key = entry.Key,
            Value = entry.Value,
            Headers = entry.Headers,
        };
        process.At(Call.TaskPoll, isAfter: true);
        return true;
    }

    /// <inheritdoc/>
    public long? Position(TopicPartition partition) => next;

    /// <inheritdoc/>
    public void Dispose() => left.Clear();

    private bool Fetch()
    {
        if (left.Count > 0)
            return true;
        fetchedTo = End;
        var last = new Dictionary<string, LogEntry>();
        for (var entry = Log.Read(next, committedOnly); entry is not null; entry = Log.Read(entry.Offset + 1, committedOnly))
            last[Encoding.UTF8.GetString(entry.Key.GetValueOrDefault().Span)] = entry;
        foreach (var entry in last.Values.OrderBy(entry => entry.Offset))
            left.Enqueue(entry);
        if (left.Count == 0)
            next = Math.Max(next, fetchedTo);
        return left.Count > 0;
    }
}

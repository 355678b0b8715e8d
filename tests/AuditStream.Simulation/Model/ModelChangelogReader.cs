using AuditStream.Core.Flow;
using AuditStream.Simulation.Breaks;
using AuditStream.Simulation.Faults;
using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Model;

/// <summary>The changelog's port over the model: committed records, and a position that goes over what is no record.</summary>
internal sealed class ModelChangelogReader(ModelProcess process) : IChangelogReader
{
    private TopicPartition open;
    private long? next;

    private PartitionLog Log => process.Broker.Log(open);

    /// <inheritdoc/>
    public long End(TopicPartition partition, TimeSpan wait)
    {
        long end = 0;
        process.Ask(Call.ChangelogEnd, wait, () =>
        {
            var log = process.Broker.Log(partition);
            end = Break.Is(13) ? log.LastStableOffset : log.End;
        });
        return end;
    }

    /// <summary>Nothing is ever taken away from a log.</summary>
    public long Start(TopicPartition partition, TimeSpan wait)
    {
        process.ThrowIfDead();
        return 0;
    }

    /// <inheritdoc/>
    public void Open(TopicPartition partition, long? offset)
    {
        process.ThrowIfDead();
        (open, next) = (partition, offset ?? 0);
    }

    /// <inheritdoc/>
    public bool Poll(TimeSpan wait, out RawRecord record)
    {
        record = default;
        process.At(Call.ChangelogPoll, isAfter: false);
        if (process.Broker.IsDown || Read() is not { } entry)
        {
            process.Wait(wait);
            return false;
        }
        if (process.Broker.SlowestChangelogRecord > TimeSpan.Zero)
            process.Wait(process.Broker.Up(process.Broker.SlowestChangelogRecord));
        next = entry.Offset + 1;
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
        process.At(Call.ChangelogPoll, isAfter: true);
        return true;
    }

    /// <inheritdoc/>
    public long? Position(TopicPartition partition) => next;

    /// <inheritdoc/>
    public void Dispose() => next = null;

    private LogEntry? Read()
    {
        if (next is not { } from)
            return null;
        var entry = Log.Read(from, isReadCommitted: true);
        if (entry is null)
            next = Math.Max(from, Log.LastStableOffset);
        return entry;
    }
}

namespace AuditStream.Simulation.Model;

/// <summary>The log of one partition: records, markers, open transactions, and what readers of committed records see of it.</summary>
internal sealed class PartitionLog(Streams.Ports.TopicPartition partition)
{
    private readonly List<LogEntry> entries = [];
    private readonly Dictionary<long, long> open = [];
    private readonly Dictionary<(long ProducerId, int Epoch), long> sequences = [];

    /// <summary>Which partition it is of.</summary>
    internal Streams.Ports.TopicPartition Partition => partition;

    /// <summary>The offset that the next record gets.</summary>
    internal long End => entries.Count;

    /// <summary>The first offset of the oldest open transaction, else the end: readers of committed records stop before it.</summary>
    internal long LastStableOffset => open.Count == 0 ? End : open.Values.Min();

    /// <summary>The offset after the last record that readers of committed records see.</summary>
    internal long EndOfCommitted => entries.FindLastIndex(entry => !entry.IsControl && !entry.IsAborted && entry.Offset < LastStableOffset) + 1;

    /// <summary>Stores a record.</summary>
    /// <returns>False when it is stored already.</returns>
    internal bool Append(ModelRecord record, long producerId, int epoch, bool isTransactional)
    {
        if (producerId >= 0 && sequences.TryGetValue((producerId, epoch), out var last) && record.Sequence <= last)
            return false;
        sequences[(producerId, epoch)] = record.Sequence;
        if (isTransactional)
            open.TryAdd(producerId, End);
        entries.Add(new LogEntry
        {
            Offset = End,
            ProducerId = isTransactional ? producerId : -1,
            Key = record.Key,
            Value = record.Value,
            Headers = record.Headers,
            TimestampMilliseconds = record.TimestampMilliseconds,
        });
        return true;
    }

    /// <summary>Ends a transaction.</summary>
    internal void Mark(long producerId, bool isCommit)
    {
        if (open.Remove(producerId, out var first) && !isCommit)
        {
            foreach (var entry in entries.Skip((int)first).Where(entry => entry.ProducerId == producerId))
                entry.IsAborted = true;
        }
        entries.Add(new LogEntry { Offset = End, ProducerId = producerId, IsControl = true });
    }

    /// <summary>The first record at or after an offset; null when there is none yet.</summary>
    internal LogEntry? Read(long offset, bool isReadCommitted)
    {
        var end = isReadCommitted ? LastStableOffset : End;
        for (; offset < end; offset++)
        {
            var entry = entries[(int)offset];
            if (!entry.IsControl && !(isReadCommitted && entry.IsAborted))
                return entry;
        }
        return null;
    }

    /// <summary>All records that such a reader sees.</summary>
    internal IEnumerable<LogEntry> ReadAll(bool isReadCommitted)
    {
        for (var next = Read(0, isReadCommitted); next is not null; next = Read(next.Offset + 1, isReadCommitted))
            yield return next;
    }
}

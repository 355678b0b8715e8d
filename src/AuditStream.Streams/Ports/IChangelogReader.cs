using AuditStream.Core.Flow;

namespace AuditStream.Streams.Ports;

/// <summary>Reads partitions of a changelog, one after the other, outside of any group. One owner, one thread.</summary>
/// <remarks>Every method throws <see cref="ClientException"/> with a class that says what to do.</remarks>
public interface IChangelogReader : IDisposable
{
    /// <summary>The end of a partition as its leader has it, records of open transactions included.</summary>
    /// <remarks>Not the end of what is committed: the marker of a transaction that counts already may still be on its way to this
    /// partition.</remarks>
    long End(TopicPartition partition, TimeSpan wait);

    /// <summary>The first offset that the partition has still, or would have.</summary>
    long Start(TopicPartition partition, TimeSpan wait);

    /// <summary>Reads this partition from now on: committed records only, unless it was made for all.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="offset">Where to begin; null for the beginning.</param>
    void Open(TopicPartition partition, long? offset);

    /// <summary>Waits for one record.</summary>
    /// <param name="wait">How long at most.</param>
    /// <param name="record">The record; its memory is lent until the next call.</param>
    /// <returns>False when none came in time.</returns>
    bool Poll(TimeSpan wait, out RawRecord record);

    /// <summary>The offset that is read next: behind the last record, and behind what is no record (aborted ones, markers); null before
    /// anything was read.</summary>
    long? Position(TopicPartition partition);
}

using AuditStream.Core.Flow;

namespace AuditStream.Streams.Ports;

/// <summary>A member of a consumer group that lends records one at a time. One owner, one thread.</summary>
/// <remarks>Every method throws <see cref="ClientException"/> with a class that says what to do.</remarks>
public interface IStreamConsumer : IDisposable
{
    /// <summary>Joins the group. Each entry is a topic's name, or an extended POSIX expression that begins with <c>^</c>.</summary>
    void Subscribe(IReadOnlyList<string> topics, IRebalanceListener listener);

    /// <summary>Waits for one record and serves rebalances meanwhile.</summary>
    /// <param name="wait">How long at most.</param>
    /// <param name="record">The record; its memory is lent until the next call on this consumer.</param>
    /// <returns>False when no record came in time.</returns>
    bool Poll(TimeSpan wait, out RawRecord record);

    /// <summary>Goes on from this place: for partitions owned now only.</summary>
    void Seek(PartitionOffset place);

    /// <summary>Stops delivering records of these partitions, at most until they are revoked or lost.</summary>
    void Pause(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>Delivers records of these partitions again.</summary>
    void Resume(IReadOnlyCollection<TopicPartition> partitions);

    /// <summary>The offset of the next record that would be delivered; null when none was delivered yet.</summary>
    long? Position(TopicPartition partition);

    /// <summary>The group's committed offsets as the broker has them; null where there is none. Waits while a transaction is pending on
    /// them.</summary>
    IReadOnlyDictionary<TopicPartition, long?> Committed(IReadOnlyCollection<TopicPartition> partitions, TimeSpan wait);

    /// <summary>The client ids of the members that the group has now, as its coordinator tells; several may be the same.</summary>
    IReadOnlyList<string> Members(TimeSpan wait);

    /// <summary>The end of the partition as last seen in a fetch; null when not known yet. No request.</summary>
    long? HighWatermark(TopicPartition partition);

    /// <summary>The first offset that is left in the partition, as last seen in a fetch; null when not known yet. No request.</summary>
    long? LowWatermark(TopicPartition partition);

    /// <summary>Commits offsets outside of a transaction and waits for the broker's word.</summary>
    void Commit(IReadOnlyCollection<PartitionOffset> offsets);

    /// <summary>Leaves the group (the listener is told) and frees the client.</summary>
    void Close();
}

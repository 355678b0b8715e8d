namespace AuditStream.Streams.Ports;

/// <summary>Told of changes of ownership, on the consumer's own thread, inside <see cref="IStreamConsumer.Poll"/> or
/// <see cref="IStreamConsumer.Close"/>. Must not throw: a rebalance that is not finished blocks the group.</summary>
public interface IRebalanceListener
{
    /// <summary>These partitions are owned from now on. May be empty: the membership changed all the same.</summary>
    void Assigned(IReadOnlyList<TopicPartition> partitions, GroupMembership membership);

    /// <summary>These partitions are given back; until this returns they are still owned and may be committed.</summary>
    /// <remarks>Where only a part is given back (<see cref="Settings.RebalanceProtocol.Cooperative"/>), the group has moved on already:
    /// <see cref="Assigned"/> with an empty list comes right before, with the membership under which all of them are still owned.</remarks>
    void Revoked(IReadOnlyList<TopicPartition> partitions);

    /// <summary>These partitions have another owner already: nothing of them may be committed.</summary>
    void Lost(IReadOnlyList<TopicPartition> partitions);
}

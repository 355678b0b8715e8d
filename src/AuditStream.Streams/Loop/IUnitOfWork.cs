using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Loop;

/// <summary>What is produced between two commits, and how it becomes durable together with the offsets.</summary>
internal interface IUnitOfWork : IDisposable
{
    /// <summary>Makes ready: fences older producers of the same id.</summary>
    void Open();

    /// <summary>Takes one record; waits while the producer is full and then resends that same record.</summary>
    void Produce(in OutgoingRecord record);

    /// <summary>Makes everything produced, and the offsets, durable. Never called with an empty list.</summary>
    /// <exception cref="ClientException">It is not: its class says what to do.</exception>
    void Commit(IReadOnlyCollection<PartitionOffset> offsets, GroupMembership membership);

    /// <summary>Drops everything produced since the last commit.</summary>
    void Abort();
}

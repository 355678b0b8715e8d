namespace AuditStream.Streams.Ports;

/// <summary>A producer, transactional or not. One owner, one thread.</summary>
/// <remarks>Every method throws <see cref="ClientException"/> with a class that says what to do.</remarks>
public interface IStreamProducer : IDisposable
{
    /// <summary>Fences every older producer of the same transactional id and aborts what it left open.</summary>
    void InitTransactions(TimeSpan wait);

    /// <summary>Opens a transaction; local, no request.</summary>
    void BeginTransaction();

    /// <summary>Takes one record; copies it. <see cref="ClientErrorClass.QueueFull"/> when there is no room: resend the same record
    /// later.</summary>
    void Produce(in OutgoingRecord record);

    /// <summary>Puts the input offsets into the transaction, with the membership that proves ownership.</summary>
    void SendOffsets(IReadOnlyCollection<PartitionOffset> offsets, GroupMembership membership, TimeSpan wait);

    /// <summary>Waits for every record of the transaction to be stored, then commits; fails when a single one was not.</summary>
    void CommitTransaction(TimeSpan wait);

    /// <summary>Drops the transaction.</summary>
    void AbortTransaction(TimeSpan wait);

    /// <summary>Outside of transactions: waits until every record is stored; fails when a single one was not.</summary>
    void Flush(TimeSpan wait);
}

using AuditStream.Streams.Ports;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Loop;

/// <summary><c>exactly_once_v2</c>: events, dead letters and offsets in one Kafka transaction.</summary>
/// <remarks>Begun with the first record of it, not before: an idle open transaction freezes every reader of committed records.</remarks>
internal sealed class TransactionalWork(IStreamProducer producer, LoopClock clock, ILogger logger) : IUnitOfWork
{
    private readonly Retries retries = new(clock, logger);
    private readonly QueueRoom room = new(producer, clock);
    private bool isOpen;

    /// <inheritdoc/>
    public void Open() => producer.InitTransactions(Retries.CallWait);

    /// <inheritdoc/>
    public void Produce(in OutgoingRecord record)
    {
        Begin();
        room.Produce(record);
    }

    /// <inheritdoc/>
    public void Commit(IReadOnlyCollection<PartitionOffset> offsets, GroupMembership membership)
    {
        // A transaction without offsets meets no check of the generation: a zombie could commit it.
        ArgumentOutOfRangeException.ThrowIfZero(offsets.Count);
        Begin();
        retries.Call(wait => producer.SendOffsets(offsets, membership, wait));
        retries.Call(producer.CommitTransaction);
        isOpen = false;
    }

    /// <inheritdoc/>
    public void Abort()
    {
        if (!isOpen)
            return;
        retries.Call(producer.AbortTransaction);
        isOpen = false;
    }

    /// <inheritdoc/>
    public void Dispose() => producer.Dispose();

    private void Begin()
    {
        if (isOpen)
            return;
        producer.BeginTransaction();
        isOpen = true;
    }
}

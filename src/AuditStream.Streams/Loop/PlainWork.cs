using AuditStream.Streams.Ports;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Loop;

/// <summary><c>at_least_once</c>: every record is stored, then the offsets. A crash in between repeats records, under the same event
/// ids.</summary>
internal sealed class PlainWork(IStreamProducer producer, IStreamConsumer consumer, LoopClock clock, ILogger logger) : IUnitOfWork
{
    private readonly Retries retries = new(clock, logger);
    private readonly QueueRoom room = new(producer, clock);

    /// <inheritdoc/>
    public void Open()
    {
    }

    /// <inheritdoc/>
    public void Produce(in OutgoingRecord record) => room.Produce(record);

    /// <inheritdoc/>
    public void Commit(IReadOnlyCollection<PartitionOffset> offsets, GroupMembership membership)
    {
        ArgumentOutOfRangeException.ThrowIfZero(offsets.Count);
        retries.Call(producer.Flush);
        retries.Call(_ => consumer.Commit(offsets));
    }

    /// <inheritdoc/>
    public void Abort()
    {
        // What is out is out. Its failures belong to what is done again, and must not fail the next commit.
        try
        {
            retries.Call(producer.Flush);
        }
        catch (ClientException exception) when (exception.ErrorClass is not (ClientErrorClass.Fenced or ClientErrorClass.Fatal))
        {
            return;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => producer.Dispose();
}

using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Loop;

/// <summary>Produces one record, and waits for room when the producer is full: the same record again, never the next one.</summary>
/// <remarks>Order within a key is part of the contract, so nothing may overtake the record that found no room. The client's own threads
/// send
/// meanwhile; this is the loop's back-pressure.</remarks>
internal sealed class QueueRoom(IStreamProducer producer, LoopClock clock)
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(2);

    internal void Produce(in OutgoingRecord record)
    {
        long begin = 0;
        while (true)
        {
            try
            {
                producer.Produce(record);
                return;
            }
            catch (ClientException exception) when (exception.ErrorClass == ClientErrorClass.QueueFull)
            {
                if (begin == 0)
                    begin = clock.Time.GetTimestamp();
                if (clock.Time.GetElapsedTime(begin) > Retries.Limit || clock.IsDrainOver)
                    throw new ClientException(ClientErrorClass.Fenced, exception.Code, "Producing failed: no room for too long.",
                        exception);
                clock.PauseWhileDraining(BetweenTries);
            }
        }
    }
}

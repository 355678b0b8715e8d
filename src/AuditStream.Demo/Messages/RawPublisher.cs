using AuditStream.Core.Flow;
using AuditStream.Streams.Ports;

namespace AuditStream.Demo.Messages;

/// <summary>Puts captured messages on their raw topics, as the connector did: partition, key, value, headers, timestamp.</summary>
/// <remarks>Owns its producer; one owner, one thread.</remarks>
public sealed class RawPublisher(IStreamProducer producer) : IDisposable
{
    private static readonly TimeSpan FlushWait = TimeSpan.FromSeconds(30);

    /// <summary>Publishes them in their order and waits until the broker has them all.</summary>
    /// <exception cref="ClientException">The broker did not take one.</exception>
    public void Publish(IEnumerable<CapturedMessage> messages)
    {
        foreach (var message in messages)
        {
            producer.Produce(new OutgoingRecord
            {
                Topic = message.Topic,
                Partition = message.Partition,
                Key = message.Key,
                Value = message.Value is null ? null : (ReadOnlyMemory<byte>?)message.Value,
                Headers = [.. message.Headers.Select(header => new RecordHeader(header.Key, header.Value))],
                TimestampMilliseconds = message.TimestampMilliseconds,
            });
        }
        producer.Flush(FlushWait);
    }

    /// <inheritdoc/>
    public void Dispose() => producer.Dispose();
}

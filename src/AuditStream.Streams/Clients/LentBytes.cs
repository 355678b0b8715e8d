using AuditStream.Core.Json;
using Confluent.Kafka;

namespace AuditStream.Streams.Clients;

/// <summary>Copies what librdkafka lends during the call into one reused buffer: no array per record.</summary>
/// <remarks>The client library frees the native message before Consume returns, so one copy is needed; a new <c>byte[]</c> per key and
/// value is
/// not, because a record is done with before the next one is polled. Instead of bytes the library is given the length: -1 for
/// null.</remarks>
internal sealed class LentBytes : IDeserializer<int>
{
    private const int StartCapacity = 16 * 1024;
    private readonly ByteWriter buffer = new(StartCapacity);

    /// <summary>The bytes of the last record; valid until the next one is consumed.</summary>
    internal ReadOnlyMemory<byte>? Memory(int length)
    {
        // Not a conditional expression: there null would turn into empty memory by way of byte[], and a tombstone into an empty value.
        if (length < 0)
            return null;
        return buffer.WrittenMemory;
    }

    /// <inheritdoc/>
    public int Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        buffer.Clear();
        if (isNull)
            return -1;
        buffer.Write(data);
        return data.Length;
    }
}

using AuditStream.Core.Flow;
using Confluent.Kafka;

namespace AuditStream.Streams.Check;

/// <summary>A raw record as a plain reader has it, which belongs to no group: its bytes are its own and stay.</summary>
internal static class ReadRecord
{
    internal static RawRecord Of(ConsumeResult<byte[]?, byte[]?> result) => new()
    {
        Topic = result.Topic,
        Partition = result.Partition.Value,
        Offset = result.Offset.Value,
        TimestampMilliseconds = result.Message.Timestamp.Type == TimestampType.NotAvailable ? -1 : result.Message.Timestamp.UnixTimestampMs,
        Key = Memory(result.Message.Key),
        Value = Memory(result.Message.Value),
        Headers = [.. (result.Message.Headers ?? []).Select(header => new RecordHeader(header.Key, Memory(header.GetValueBytes())))],
    };

    // A null array must become null, not an empty memory.
    private static ReadOnlyMemory<byte>? Memory(byte[]? bytes)
    {
        if (bytes is null)
            return null;
        return bytes;
    }
}

using AuditStream.Core.Flow;

namespace AuditStream.Simulation.Model;

/// <summary>A record on its way to a log, with memory of its own.</summary>
/// <param name="To">The partition.</param>
/// <param name="Sequence">Its number in the producer's stream to that partition: a request that comes twice is stored once.</param>
internal sealed record ModelRecord(
    Streams.Ports.TopicPartition To,
    long Sequence,
    ReadOnlyMemory<byte>? Key,
    ReadOnlyMemory<byte>? Value,
    IReadOnlyList<RecordHeader> Headers,
    long TimestampMilliseconds,
    Action<long>? Stored = null);

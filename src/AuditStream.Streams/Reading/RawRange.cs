using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Reading;

/// <summary>What normalize has processed of a raw partition and what is still there to be read.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="First">The first offset that there is.</param>
/// <param name="End">The offset that normalize goes on from; <paramref name="First"/> when it has committed nothing, or when all of it is gone.</param>
public sealed record RawRange(TopicPartition Partition, long First, long End);

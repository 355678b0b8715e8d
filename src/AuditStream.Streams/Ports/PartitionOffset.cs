namespace AuditStream.Streams.Ports;

/// <summary>A place in a partition: the offset of the next record to process, never of the last one processed.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="NextOffset">The offset to go on from.</param>
public readonly record struct PartitionOffset(TopicPartition Partition, long NextOffset);

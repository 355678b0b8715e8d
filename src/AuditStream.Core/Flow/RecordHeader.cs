namespace AuditStream.Core.Flow;

/// <summary>One header of a Kafka record.</summary>
/// <param name="Name">The header's name; names may repeat within a record.</param>
/// <param name="Value">The header's bytes; null when the producer sent none.</param>
public readonly record struct RecordHeader(string Name, ReadOnlyMemory<byte>? Value);

namespace AuditStream.Demo.Messages;

/// <summary>One message as a connector sent it.</summary>
/// <param name="Topic">The raw topic.</param>
/// <param name="Partition">The partition, from 0.</param>
/// <param name="TimestampMilliseconds">The record's timestamp in milliseconds since the Unix epoch.</param>
/// <param name="Key">The key's bytes; null for none.</param>
/// <param name="Value">The value's bytes; null for a tombstone.</param>
/// <param name="Headers">The headers in their order.</param>
public sealed record CapturedMessage(
    string Topic,
    int Partition,
    long TimestampMilliseconds,
    byte[]? Key,
    byte[]? Value,
    IReadOnlyList<KeyValuePair<string, byte[]?>> Headers);

namespace AuditStream.Chaos.Source;

/// <summary>One record for a raw topic.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value; null for a tombstone.</param>
internal readonly record struct RawItem(string Topic, byte[] Key, byte[]? Value);

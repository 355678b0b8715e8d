namespace AuditStream.Postgres.Retire;

/// <summary>What checking one archive gave.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Partition">The partition that it was.</param>
/// <param name="Rows">How many events it has; 0 where it cannot be read.</param>
/// <param name="Fingerprint">The key that its tombstone is held against; empty where that cannot be read.</param>
/// <param name="Problem">What is wrong, as a sentence; null: nothing is.</param>
public sealed record ArchiveVerdict(string Path, string Partition, long Rows, string Fingerprint, string? Problem);

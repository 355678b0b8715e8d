using AuditStream.Core.Chain;

namespace AuditStream.Postgres.Retire;

/// <summary>A range whose archive was written, read back and held against the chain: it may be dropped.</summary>
/// <param name="Range">The range.</param>
/// <param name="Folder">Where the archive lies.</param>
/// <param name="Rows">How many events of blocks.</param>
/// <param name="RowsHash">Their hash.</param>
/// <param name="UnchainedRows">How many events are older than the chain.</param>
/// <param name="UnchainedHash">Their hash.</param>
/// <param name="PartsHash">The hash of the events out of blocks that the range has only a part of.</param>
/// <param name="ManifestHash">The SHA-256 of the manifest.</param>
/// <param name="Checkpoint">The checkpoint that covers its blocks; 0 without blocks.</param>
/// <param name="Bytes">The length of the file of events.</param>
/// <param name="Heads">Where the chains ended when it was copied.</param>
/// <param name="BeganAt">When the chains of the store that it was copied from began; null: it does not say.</param>
public sealed record ArchivedRange(
    RetirableRange Range, ArchiveFolder Folder, long Rows, byte[] RowsHash, long UnchainedRows, byte[] UnchainedHash, byte[] PartsHash, byte[] ManifestHash,
    long Checkpoint, long Bytes, IReadOnlyList<ChainHead> Heads, DateTime? BeganAt);

namespace AuditStream.Core.Archive;

/// <summary>An event in an archive: its bytes, and what they do not hold.</summary>
/// <param name="Shard">Partition of the final topic.</param>
/// <param name="Block">Its block; null: older than the chain.</param>
/// <param name="StreamOffset">Its offset in the final topic.</param>
/// <param name="FactScheme">Scheme of <paramref name="FactHash"/>.</param>
/// <param name="FactHash">32 bytes.</param>
/// <param name="EventUid">32 bytes.</param>
/// <param name="Body">The event's bytes as they are on the final topic; of a row that was read, valid until the next is.</param>
public readonly record struct ArchivedRow(
    int Shard, long? Block, long StreamOffset, short FactScheme, byte[] FactHash, byte[] EventUid, ReadOnlyMemory<byte> Body);

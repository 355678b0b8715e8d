namespace AuditStream.Core.Chain;

/// <summary>Where a shard's chain ends.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Number">The last block's number; 0 without blocks.</param>
/// <param name="Hash">Its hash; <see cref="BlockHeader.NoPrevious"/> without blocks.</param>
public sealed record ChainHead(int Shard, long Number, byte[] Hash);

namespace AuditStream.Postgres.Retire;

/// <summary>Blocks of one shard that are archived at once.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="First">The first block's number.</param>
/// <param name="Last">The last block's number.</param>
internal readonly record struct BlockWindow(int Shard, long First, long Last);

namespace AuditStream.Postgres.Verify;

/// <summary>Rows that walking the chains does not meet.</summary>
/// <param name="Unchained">How many are in no block.</param>
/// <param name="RetiredUnchained">How many of retired ranges were in none; of the same moment, because a range may be retired at any time.</param>
/// <param name="Blocks">Blocks that are named by rows and are not there, or have fewer rows than name them; the first of them.</param>
internal sealed record StrayRows(long Unchained, long RetiredUnchained, IReadOnlyList<(int Shard, long Block, bool HasBlock)> Blocks);

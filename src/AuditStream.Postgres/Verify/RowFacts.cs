namespace AuditStream.Postgres.Verify;

/// <summary>What is kept of a row while its block is verified.</summary>
/// <param name="Shard">Its shard.</param>
/// <param name="Block">Its block.</param>
/// <param name="StreamOffset">Its offset in the final topic.</param>
/// <param name="OccurredAtMilliseconds">Its instant, milliseconds since the Unix epoch.</param>
/// <param name="EventId">Its id.</param>
/// <param name="Difference">The first column that is not what the body says; null: none.</param>
internal readonly record struct RowFacts(int Shard, long Block, long StreamOffset, long OccurredAtMilliseconds, Guid EventId, string? Difference);

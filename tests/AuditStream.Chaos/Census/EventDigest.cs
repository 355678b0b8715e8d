namespace AuditStream.Chaos.Census;

/// <summary>An event of the final topic, as much of it as is compared with the table.</summary>
/// <param name="Hash">The beginning of its bytes' SHA-256.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="IsOfPipeline">Whether the pipeline itself says it (ledger, audit), and not a row.</param>
internal readonly record struct EventDigest(UInt128 Hash, int Partition, long Offset, bool IsOfPipeline);

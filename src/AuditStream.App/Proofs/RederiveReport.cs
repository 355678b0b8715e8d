using AuditStream.Postgres.Verify;

namespace AuditStream.App.Proofs;

/// <summary>What <c>verify --rederive</c> found.</summary>
/// <param name="Partitions">How many raw partitions there are.</param>
/// <param name="Records">How many records of them were processed again.</param>
/// <param name="Rejected">How many of these are refused as records.</param>
/// <param name="CutPartitions">How many partitions do not begin at offset 0 any more.</param>
/// <param name="Store">How the events compare.</param>
internal sealed record RederiveReport(int Partitions, long Records, long Rejected, int CutPartitions, SourceReport Store);

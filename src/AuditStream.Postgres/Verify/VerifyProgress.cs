using AuditStream.Core.Chain;

namespace AuditStream.Postgres.Verify;

/// <summary>How far a verification is.</summary>
/// <param name="Rows">Events so far.</param>
/// <param name="TotalRows">Events in all blocks that were there at the beginning, verified before or not.</param>
/// <param name="Heads">Up to where all chains are whole; empty as soon as something is wrong.</param>
public sealed record VerifyProgress(long Rows, long TotalRows, IReadOnlyList<ChainHead> Heads);

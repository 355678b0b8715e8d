using AuditStream.Core.Chain;

namespace AuditStream.Postgres.Verify;

/// <summary>What a verification found.</summary>
/// <param name="Blocks">How many blocks were verified.</param>
/// <param name="Rows">How many events in them.</param>
/// <param name="RetiredRows">How many of these are of retired ranges: only their leaves are there.</param>
/// <param name="Refused">How many divergences and dead letters.</param>
/// <param name="UnchainedRows">How many events are in no block because they are older than the chain; null when it was not counted.</param>
/// <param name="Checkpoints">How many checkpoints.</param>
/// <param name="LastCheckpoint">The last one's number.</param>
/// <param name="Heads">Where the verified chains end.</param>
/// <param name="DamageCount">How many things are wrong.</param>
/// <param name="Damages">The first of them.</param>
public sealed record VerifyReport(
    long Blocks, long Rows, long RetiredRows, long Refused, long? UnchainedRows, long Checkpoints,
    long LastCheckpoint, IReadOnlyList<ChainHead> Heads, long DamageCount,
    IReadOnlyList<Damage> Damages);

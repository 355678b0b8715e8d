namespace AuditStream.Core.Tests.Parity;

/// <summary>A transaction of a made history.</summary>
/// <param name="Id">Its number.</param>
/// <param name="CommitMicroseconds">When it was committed, since the Unix epoch.</param>
/// <param name="Changes">Its changes in order.</param>
internal sealed record MadeTransaction(long Id, long CommitMicroseconds, IReadOnlyList<MadeRowChange> Changes)
{
    /// <summary>Where its changes stand in the log: this, one more for each, and at last its commit.</summary>
    public long LogPosition => Id * 1_000_000;
}

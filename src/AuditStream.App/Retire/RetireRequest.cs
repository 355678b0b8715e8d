namespace AuditStream.App.Retire;

/// <summary>What is to be retired.</summary>
/// <param name="Ranges">These partitions; none: those that <paramref name="Before"/> says.</param>
/// <param name="Before">Ranges that end at this instant or earlier; null without <paramref name="Ranges"/>: all whose time is over.</param>
/// <param name="Archives">The folder of archives; null for a dry run.</param>
/// <param name="Reason">Why.</param>
/// <param name="TrustedKeys">Public keys that a checkpoint must be signed with; none: those that the store names.</param>
/// <param name="IsDryRun">Whether nothing is to be changed.</param>
/// <param name="IsNoted">Whether the trail is to tell of it.</param>
internal sealed record RetireRequest(
    IReadOnlyList<string> Ranges, DateTimeOffset? Before, string? Archives, string Reason, IReadOnlyList<byte[]> TrustedKeys, bool IsDryRun, bool IsNoted)
{
    /// <summary>Whether somebody named what is to be retired: then what is not is a failure.</summary>
    public bool IsNamed => Ranges.Count > 0 || Before is not null;
}

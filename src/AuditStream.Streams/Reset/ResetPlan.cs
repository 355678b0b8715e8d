namespace AuditStream.Streams.Reset;

/// <summary>Everything that a reset does.</summary>
/// <param name="Groups">The groups.</param>
/// <param name="Topics">The topics that are deleted and made anew, with their partitions.</param>
public sealed record ResetPlan(IReadOnlyList<GroupPlan> Groups, IReadOnlyList<(string Topic, int Partitions)> Topics)
{
    /// <summary>The groups that have members, which nobody may set back under them.</summary>
    public IEnumerable<GroupPlan> InUse => Groups.Where(group => group.Members.Count > 0);
}

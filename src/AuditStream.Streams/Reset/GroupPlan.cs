namespace AuditStream.Streams.Reset;

/// <summary>What becomes of one group.</summary>
/// <param name="Group">The group.</param>
/// <param name="Members">The client ids of its members: a group that has any is left alone.</param>
/// <param name="Moves">Its partitions, in order.</param>
public sealed record GroupPlan(string Group, IReadOnlyList<string> Members, IReadOnlyList<PartitionMove> Moves);

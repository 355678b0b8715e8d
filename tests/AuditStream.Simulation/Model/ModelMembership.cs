using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Model;

/// <summary>What a member is at one moment.</summary>
internal sealed class ModelMembership(GroupMember? member, int generation) : GroupMembership
{
    /// <summary>No member, no generation: what a broker does not check.</summary>
    internal static ModelMembership Nobody { get; } = new(member: null, generation: -1);

    internal GroupMember? Member => member;

    internal int Generation => generation;
}

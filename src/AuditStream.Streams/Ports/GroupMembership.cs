namespace AuditStream.Streams.Ports;

/// <summary>What a consumer is in its group at one moment: group, generation, member. Opaque to the loop.</summary>
/// <remarks>Captured in the assigned handler and dropped on revoke or loss: with it a broker tells an owner from a former one.</remarks>
public abstract class GroupMembership;

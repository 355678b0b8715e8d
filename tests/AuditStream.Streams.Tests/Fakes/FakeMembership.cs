using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>A generation.</summary>
internal sealed class FakeMembership(int generation) : GroupMembership
{
    internal int Generation => generation;
}

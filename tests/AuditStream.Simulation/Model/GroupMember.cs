using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Model;

/// <summary>One member of a group, as its coordinator sees it.</summary>
internal sealed class GroupMember(GroupCoordinator group, string clientId, int number, Subscription subscription)
{
    internal string Id => FormattableString.Invariant($"{clientId}/{number}");

    internal string ClientId => clientId;

    internal GroupCoordinator Group => group;

    internal Subscription Subscription => subscription;

    /// <summary>True while it is in the group.</summary>
    internal bool IsIn { get; set; } = true;

    /// <summary>True when another one has come under its name.</summary>
    internal bool IsReplaced { get; set; }

    /// <summary>True when it has joined the generation that is being made.</summary>
    internal bool HasJoined { get; set; } = true;

    /// <summary>What it said it owns when it joined: a cooperative member's only.</summary>
    internal IReadOnlyCollection<TopicPartition> Owned { get; set; } = [];

    /// <summary>What the last generation gave to it.</summary>
    internal IReadOnlyList<TopicPartition> Assignment { get; set; } = [];

    /// <summary>What it was given by the last generation and has not been told yet; null when it was told.</summary>
    internal IReadOnlyList<TopicPartition>? Given { get; set; }

    /// <summary>True when its listener was told that its partitions have another owner.</summary>
    internal bool WasToldLost { get; set; }

    /// <summary>Rises with each silence that begins and ends: tells a session's time-out that comes late.</summary>
    internal int Silence { get; set; }
}

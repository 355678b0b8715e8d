using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Model;

/// <summary>One member of the group, as the coordinator sees it.</summary>
internal sealed class GroupMember(string id)
{
    internal string Id => id;

    /// <summary>True while it is in the group.</summary>
    internal bool IsIn { get; set; } = true;

    /// <summary>True when it has joined the generation that is being made.</summary>
    internal bool HasJoined { get; set; } = true;

    /// <summary>What it was given by the last generation and has not been told yet; null when it was told.</summary>
    internal IReadOnlyList<TopicPartition>? Given { get; set; }

    /// <summary>True when its listener was told that its partitions have another owner.</summary>
    internal bool WasToldLost { get; set; }

    /// <summary>Rises with each silence that begins and ends: tells a session's time-out that comes late.</summary>
    internal int Silence { get; set; }
}

namespace AuditStream.Streams.Settings;

/// <summary>How the partitions of normalize and images move between members. All members of a group must have the same.</summary>
public enum RebalanceProtocol : byte
{
    /// <summary>Each member gives back everything, then all get their share.</summary>
    Eager,

    /// <summary>Each member gives back only what moves, and goes on with the rest.</summary>
    Cooperative,
}

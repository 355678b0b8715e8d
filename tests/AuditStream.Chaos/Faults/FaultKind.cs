namespace AuditStream.Chaos.Faults;

/// <summary>What is done to a running pipeline.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL of an instance; another one begins a little later.</summary>
    KillInstance,

    /// <summary>SIGKILL of two instances at once.</summary>
    KillTwoInstances,

    /// <summary>SIGKILL of a broker, which comes back on its data.</summary>
    KillBroker,

    /// <summary>SIGKILL of a broker, and of an instance while it is away.</summary>
    KillBrokerAndInstance,

    /// <summary>SIGSTOP of an instance for longer than its session, then SIGCONT: it goes on where it was.</summary>
    Zombie,

    /// <summary>Instances join and leave quickly, politely or not.</summary>
    RebalanceStorm,

    /// <summary>The audit table is locked by somebody.</summary>
    LockedTable,

    /// <summary>The store's own processes stand still.</summary>
    FrozenDatabase,

    /// <summary>The store's connections are cut.</summary>
    CutConnections,

    /// <summary>The disk on which row images are kept has no room left.</summary>
    FullDisk,
}

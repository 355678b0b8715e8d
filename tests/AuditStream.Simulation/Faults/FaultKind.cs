namespace AuditStream.Simulation.Faults;

/// <summary>What goes wrong.</summary>
internal enum FaultKind : byte
{
    /// <summary>The process dies; another begins later.</summary>
    Crash,

    /// <summary>The process stands still, heartbeats included, and goes on as if nothing had been: a zombie when it was long.</summary>
    Freeze,

    /// <summary>The call takes long; heartbeats go on.</summary>
    Slow,

    /// <summary>The request does not arrive; the caller is told that time ran out.</summary>
    LostRequest,

    /// <summary>The request is carried out; the caller is told that time ran out.</summary>
    LostResponse,

    /// <summary>The request arrives twice.</summary>
    RepeatedRequest,

    /// <summary>The broker answers nobody.</summary>
    Outage,

    /// <summary>The transaction can only be aborted, and so can each that sends offsets for a while.</summary>
    MustAbort,

    /// <summary>Records that were taken are not stored.</summary>
    FailedDelivery,

    /// <summary>The producer has no room for a while.</summary>
    QueueFull,

    /// <summary>Everybody gives back what it owns and joins again.</summary>
    Rebalance,

    /// <summary>The process is told to stop, and begins again.</summary>
    Stop,

    /// <summary>One more instance.</summary>
    Join,

    /// <summary>The handler throws; a person restarts the process some time later.</summary>
    HandlerThrows,

    /// <summary>The handler cannot have a schema for a while.</summary>
    SchemaMissing,

    /// <summary>Partitions learn late that a transaction has ended.</summary>
    SlowMarkers,

    /// <summary>Somebody takes the transactional id.</summary>
    Fence,

    /// <summary>The store takes nothing for a while.</summary>
    StoreOutage,

    /// <summary>The disk takes nothing for a while.</summary>
    DiskFull,

    /// <summary>The machine loses its power: the process dies, and the end of what it wrote was not on the disk yet.</summary>
    PowerLoss,
}

namespace AuditStream.Streams.Sinking;

/// <summary>Where the sink's thread is in its life.</summary>
/// <remarks>
/// <code>
///   +-----------+      +-----------+  assigned  +-----------+  transient   +-----------+
///   |  Created  | ---> |  Joining  | ---------> |  Running  | -----------> | Retrying  |
///   +-----------+      |           | &lt;--------- |           | &lt;----------- |           |
///                      +-----------+  revoked   +-----------+   written    +-----------+
///                            ^                      ^   |  systemic          |   ^
///                            | new clients,         |   v                    v   |
///                            | from each         +-----------------------------------+
///                            | of these          |  Blocked: nothing is consumed,    |
///                            +------------------ |  a person is needed; tried slowly |
///                                                +-----------------------------------+
///   +-----------+      +-----------+      +-----------+
///   | Stopping  | ---> |  Stopped  |      |  Failed   |   from everywhere
///   +-----------+      +-----------+      +-----------+
/// </code>
/// </remarks>
internal enum SinkState : byte
{
    /// <summary>Made, not started.</summary>
    Created,

    /// <summary>In the group, or on the way into it; owns nothing.</summary>
    Joining,

    /// <summary>Owns partitions and writes.</summary>
    Running,

    /// <summary>The store is away for now: partitions are paused, the batch is tried again.</summary>
    Retrying,

    /// <summary>The store refuses, and a person must mend it: partitions are paused, the batch is tried again slowly.</summary>
    Blocked,

    /// <summary>Told to stop: writes what is open.</summary>
    Stopping,

    /// <summary>Ended as told.</summary>
    Stopped,

    /// <summary>Ended by what it cannot mend.</summary>
    Failed,
}

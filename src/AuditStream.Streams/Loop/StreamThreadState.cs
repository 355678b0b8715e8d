namespace AuditStream.Streams.Loop;

/// <summary>Where a thread of normalize or images is in its life.</summary>
/// <remarks>
/// A task with state is restored while its thread runs, between two polls (<see cref="Restore.StateRestorer"/>): owned, paused and not yet
/// at work.
/// <code>
///            +------------+
///            |  Created   |
///            +-----+------+
///                  v
///            +-----+------+   brokers are waited for here
///            | Connecting | &lt;-----------------+
///            +-----+------+                   |
///                  v                          | fenced, or a client beyond repair:
///            +-----+------+                   | new clients, after a back-off
///            |  Joining   | ------------------+
///            +-----+------+   owns nothing:   |
///     assigned |      ^       topics missing, |
///              v      |       or others own   |
///            +-----+------+   all             |
///            |  Running   | ------------------+
///            +-----+------+
///              revoked: all is committed first; lost: nothing is committed; both lead back to Joining
///
///            +------------+
///            |  Stopping  |   from each of the three above: commit, leave the group, free the producer
///            +-----+------+
///                  v
///            +-----+------+   +------------+
///            |  Stopped   |   |   Failed   |   from everywhere: not allowed, or not known; the process ends
///            +------------+   +------------+
/// </code>
/// </remarks>
internal enum StreamThreadState : byte
{
    /// <summary>Made, not started.</summary>
    Created,

    /// <summary>Makes clients and initialises transactions.</summary>
    Connecting,

    /// <summary>In the group, or on the way into it; owns nothing.</summary>
    Joining,

    /// <summary>Owns partitions.</summary>
    Running,

    /// <summary>Told to stop: finishes what is open.</summary>
    Stopping,

    /// <summary>Ended as told.</summary>
    Stopped,

    /// <summary>Ended by what it cannot mend.</summary>
    Failed,
}

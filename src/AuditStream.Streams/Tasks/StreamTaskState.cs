namespace AuditStream.Streams.Tasks;

/// <summary>Where a task of normalize or images is in its life.</summary>
/// <remarks>
/// <code>
///            +------------+
///            |  Created   |   assigned; dead owners are fenced, and what the last one left is read
///            +--+------+--+
///  has state    |      |  has none
///               v      |
///      +--------+---+  |
///      | Restoring  |  |     records that come meanwhile are held, and come again
///      +--------+---+  |
///       at the  | ^    |    back when its store has failed: from Running, from Waiting
///       end     v |    v
///            +--+------+--+   a record needs what is not reachable   +------------+
///            |  Running   | ---------------------------------------&gt; |  Waiting   |
///            |            | &lt;--------------------------------------- |            |
///            +-----+------+   tried again, after a back-off          +-----+------+
///                  |                                                       |
///                  |  the handler threw, the sums do not agree, a record   |
///                  v  fits nowhere                                         |
///            +-----+------+                                                |
///            |  Stopped   |   paused until another assignment; a person    |
///            +-----+------+   is needed                                    |
///                  v                                                       |
///            +-----+------+                                                |
///            |   Closed   | &lt;----------------------------------------------+
///            +------------+   from everywhere: revoked, lost, the thread's end
/// </code>
/// In Kafka Streams' words: Created, Restoring, Running, Suspended, Closed; a task that is stopped by an error has no name there, because it
/// ends its thread.
/// </remarks>
internal enum StreamTaskState : byte
{
    /// <summary>Owned; former owners may still have something open.</summary>
    Created,

    /// <summary>Its state is read back.</summary>
    Restoring,

    /// <summary>At work.</summary>
    Running,

    /// <summary>Paused: its next record cannot be processed yet, and is tried again without limit.</summary>
    Waiting,

    /// <summary>Ended by an error until another assignment.</summary>
    Stopped,

    /// <summary>Not owned any more.</summary>
    Closed,
}

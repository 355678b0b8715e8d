namespace AuditStream.Simulation.Faults;

/// <summary>The calls between the loop and its clients or its handler: each has a point before it and one after it.</summary>
internal enum Call : byte
{
    Initialise,
    Begin,
    Produce,
    SendOffsets,
    Commit,
    Abort,
    Flush,
    Poll,
    Seek,
    OffsetCommit,
    Close,
    Assigned,
    Revoked,
    Lost,
    Handle,
    ChangelogEnd,
    ChangelogPoll,
    TaskEnd,
    TaskPoll,
    Members,
    StoreWrite,
    ImagesOpen,
    ImagesWrite,
}

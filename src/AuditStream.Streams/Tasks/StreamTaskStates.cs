namespace AuditStream.Streams.Tasks;

/// <summary>The arrows of <see cref="StreamTaskState"/>.</summary>
internal static class StreamTaskStates
{
    /// <summary>True when the diagram has this arrow.</summary>
    internal static bool MayBecome(this StreamTaskState from, StreamTaskState to) => (from, to) switch
    {
        (StreamTaskState.Created, StreamTaskState.Restoring or StreamTaskState.Running) => true,
        (StreamTaskState.Restoring, StreamTaskState.Running) => true,
        (StreamTaskState.Running, StreamTaskState.Waiting or StreamTaskState.Stopped or StreamTaskState.Restoring) => true,
        (StreamTaskState.Waiting, StreamTaskState.Running or StreamTaskState.Stopped or StreamTaskState.Restoring) => true,
        (not StreamTaskState.Closed, StreamTaskState.Closed) => true,
        _ => from == to,
    };
}

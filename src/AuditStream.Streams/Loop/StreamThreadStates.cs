namespace AuditStream.Streams.Loop;

/// <summary>The arrows of <see cref="StreamThreadState"/>.</summary>
internal static class StreamThreadStates
{
    /// <summary>True when the diagram has this arrow.</summary>
    internal static bool MayBecome(this StreamThreadState from, StreamThreadState to) => (from, to) switch
    {
        (StreamThreadState.Created, StreamThreadState.Connecting) => true,
        (StreamThreadState.Connecting, StreamThreadState.Joining) => true,
        (StreamThreadState.Joining, StreamThreadState.Running or StreamThreadState.Connecting) => true,
        (StreamThreadState.Running, StreamThreadState.Joining or StreamThreadState.Connecting) => true,
        (StreamThreadState.Created or StreamThreadState.Connecting or StreamThreadState.Joining or StreamThreadState.Running,
            StreamThreadState.Stopping) => true,
        (StreamThreadState.Stopping, StreamThreadState.Stopped) => true,
        (not (StreamThreadState.Stopped or StreamThreadState.Failed), StreamThreadState.Failed) => true,
        _ => from == to,
    };
}

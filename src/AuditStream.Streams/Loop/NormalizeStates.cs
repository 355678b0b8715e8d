namespace AuditStream.Streams.Loop;

/// <summary>The arrows of <see cref="NormalizeState"/>.</summary>
internal static class NormalizeStates
{
    /// <summary>True when the diagram has this arrow.</summary>
    internal static bool MayBecome(this NormalizeState from, NormalizeState to) => (from, to) switch
    {
        (NormalizeState.Created, NormalizeState.Connecting) => true,
        (NormalizeState.Connecting, NormalizeState.Joining) => true,
        (NormalizeState.Joining, NormalizeState.Running or NormalizeState.Connecting) => true,
        (NormalizeState.Running, NormalizeState.Joining or NormalizeState.Connecting) => true,
        (NormalizeState.Created or NormalizeState.Connecting or NormalizeState.Joining or NormalizeState.Running,
            NormalizeState.Stopping) => true,
        (NormalizeState.Stopping, NormalizeState.Stopped) => true,
        (not (NormalizeState.Stopped or NormalizeState.Failed), NormalizeState.Failed) => true,
        _ => from == to,
    };
}

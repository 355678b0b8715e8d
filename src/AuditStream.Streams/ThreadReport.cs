namespace AuditStream.Streams;

/// <summary>How one thread stands.</summary>
/// <param name="Name">The thread's name: <c>normalize-1</c>, <c>images-1</c>, <c>sink-1</c>.</param>
/// <param name="State">Where it is in its life: the name of its state.</param>
/// <param name="Tasks">The partitions it owns, <c>topic-partition</c>.</param>
/// <param name="StoppedTasks">Those of them that are stopped by an error and need a person.</param>
/// <param name="WaitingFor">What it waits for; null when it does not.</param>
/// <param name="LastError">The last error that is not over yet; null when there is none.</param>
/// <param name="IsHealthy">False when a person is needed.</param>
public sealed record ThreadReport(
    string Name,
    string State,
    IReadOnlyList<string> Tasks,
    IReadOnlyList<string> StoppedTasks,
    string? WaitingFor,
    string? LastError,
    bool IsHealthy)
{
    /// <summary>True from the moment the thread has its clients until it is told to stop: before, it has not even looked for a broker.</summary>
    public bool HasBegun => State is "Joining" or "Running";
}

namespace AuditStream.Streams;

/// <summary>A sub-topology at work in this process: what a host runs and watches.</summary>
public interface IStreamWorker
{
    /// <summary>The sub-topology: <c>normalize</c>, <c>images</c> or <c>sink</c>.</summary>
    string Name { get; }

    /// <summary>Runs until told to stop; then finishes what is open within <see cref="Settings.StreamsSettings.DrainSeconds"/> and leaves
    /// the group.</summary>
    /// <param name="cancellationToken">Says stop.</param>
    /// <returns>A task that completes after a clean end.</returns>
    /// <exception cref="StreamsException">It cannot go on: not allowed, not known, or wrongly set up. The message says what to
    /// do.</exception>
    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>How it stands now. Any thread may ask.</summary>
    WorkerReport Report();
}

using AuditStream.Streams;

namespace AuditStream.App.Tests.Hosting;

/// <summary>A worker that runs until it is told to stop, or fails when the test says so.</summary>
internal sealed class WorkerOfTests(string name) : IStreamWorker
{
    public string Name => name;

    public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Failure { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string? WaitsFor { get; set; }

    public bool HasEnded { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Started.TrySetResult();
        try
        {
            await Failure.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            HasEnded = true; // a clean end, as the port demands
        }
    }

    public WorkerReport Report() => new(name, [new ThreadReport($"{name}-1", "Running", [], [], WaitsFor, LastError: null, IsHealthy: true)]);
}

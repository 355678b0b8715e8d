namespace AuditStream.Streams.Loop;

/// <summary>Runs loops that block on threads of their own, so that the pool keeps its threads.</summary>
internal static class LongRunning
{
    /// <summary>Runs one.</summary>
    internal static Task<T> Run<T>(Func<T> loop) =>
        Task.Factory.StartNew(loop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Runs several until all have ended; the first that fails stops the others, and its exception is thrown.</summary>
    internal static async Task RunAll(IReadOnlyList<Action> loops, CancellationTokenSource stop)
    {
        var running = loops.Select(loop => Run(() =>
        {
            try
            {
                loop();
                return true;
            }
            catch
            {
                stop.Cancel();
                throw;
            }
        })).ToArray();
        await Task.WhenAll(running);
    }
}

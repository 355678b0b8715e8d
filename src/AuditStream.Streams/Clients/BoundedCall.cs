using AuditStream.Streams.Loop;

namespace AuditStream.Streams.Clients;

/// <summary>Calls into a library that may not come back, and says so in time.</summary>
/// <remarks>The call runs on a thread of its own. One that is not back in time is left alone: it may still use what it was given, so that is freed when it
/// comes back, and not before.</remarks>
internal sealed class BoundedCall
{
    private Task<bool>? stuck;

    /// <summary>Calls and waits.</summary>
    /// <exception cref="TimeoutException">The call is not back.</exception>
    internal void Run(Action call, TimeSpan limit)
    {
        var running = LongRunning.Run(() =>
        {
            call();
            return true;
        });
        if (!((IAsyncResult)running).AsyncWaitHandle.WaitOne(limit))
        {
            stuck = running;
            throw new TimeoutException(FormattableString.Invariant($"The call has not come back within {limit.TotalSeconds} s."));
        }
        running.GetAwaiter().GetResult();
    }

    /// <summary>Frees what calls use: now, or as soon as the last one is back.</summary>
    internal void Free(Action free)
    {
        if (stuck is null)
            free();
        else
            stuck.ContinueWith(_ => free(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }
}

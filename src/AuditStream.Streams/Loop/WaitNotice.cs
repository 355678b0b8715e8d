using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Loop;

/// <summary>Says what is waited for: at once, and again every 30 s; and when it is over.</summary>
internal sealed class WaitNotice(ThreadStatus status, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan BetweenNotices = TimeSpan.FromSeconds(30);
    private string? waitingFor;
    private long lastNotice;

    /// <summary>Still waiting.</summary>
    internal void Waits(string what, string why)
    {
        status.WaitsFor(what);
        if (what == waitingFor && time.GetElapsedTime(lastNotice) < BetweenNotices)
            return;
        waitingFor = what;
        lastNotice = time.GetTimestamp();
        StreamsLog.Waiting(logger, what, why);
    }

    /// <summary>Not waiting any more.</summary>
    internal void Over()
    {
        if (waitingFor is null)
            return;
        StreamsLog.NoLongerWaiting(logger, waitingFor);
        waitingFor = null;
        status.WaitsFor(null);
    }
}

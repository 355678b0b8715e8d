using AuditStream.App.Health;
using Microsoft.Extensions.Logging;

namespace AuditStream.App.Hosting;

/// <summary>Says what a part waits for: at once, then every 30 s, in the log and in its readiness; and when the wait is over.</summary>
/// <remarks>One owner, one thread.</remarks>
public sealed class Waiting(string part, Readiness readiness, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Repeat = TimeSpan.FromSeconds(30);
    private long saidAt;
    private string? waitsFor;

    /// <summary>The part waits.</summary>
    /// <param name="what">What for, as the rest of a sentence; no secrets.</param>
    /// <param name="why">What the last attempt said; a sentence without secrets.</param>
    public void For(string what, string why)
    {
        readiness.SetNotReady(part, $"waits for {what}");
        if (waitsFor == what && time.GetElapsedTime(saidAt) < Repeat)
            return;
        (waitsFor, saidAt) = (what, time.GetTimestamp());
        logger.WaitingFor(what, why);
    }

    /// <summary>The part waits no more.</summary>
    public void IsOver()
    {
        if (waitsFor is { } what)
            logger.IsThere(what);
        waitsFor = null;
        readiness.SetReady(part);
    }
}

using AuditStream.Streams.Ports;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Loop;

/// <summary>Calls a client's method again while it says that the trouble passes: the same method, and nothing else in between.</summary>
internal sealed class Retries(LoopClock clock, ILogger logger)
{
    /// <summary>How long one call to the client waits.</summary>
    internal static readonly TimeSpan CallWait = TimeSpan.FromSeconds(5);

    /// <summary>How long a method is called again before new clients are made: well under the longest time between two polls (300
    /// s).</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan BetweenNotices = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenCalls = TimeSpan.FromMilliseconds(50);

    /// <summary>Calls until it succeeds, until the limit, or until the drain budget is used up.</summary>
    internal void Call(Action<TimeSpan> method)
    {
        var begin = clock.Time.GetTimestamp();
        var noticed = TimeSpan.Zero;
        while (true)
        {
            try
            {
                method(CallWait);
                return;
            }
            catch (ClientException exception) when (exception.ErrorClass == ClientErrorClass.Retriable)
            {
                var elapsed = clock.Time.GetElapsedTime(begin);
                if (elapsed - noticed > BetweenNotices)
                {
                    noticed = elapsed;
                    StreamsLog.StillTrying(logger, elapsed.TotalSeconds, exception.Message);
                }
                if (elapsed > Limit || clock.IsDrainOver)
                {
                    // The outcome is unknown. New clients settle it: initialising transactions ends the open one, and the group's
                    // offsets then say which way it went.
                    throw new ClientException(ClientErrorClass.Fenced, exception.Code, exception.Message, exception);
                }
                clock.PauseWhileDraining(BetweenCalls);
            }
        }
    }
}

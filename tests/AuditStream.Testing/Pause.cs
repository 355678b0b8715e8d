namespace AuditStream.Testing;

/// <summary>Lets time pass where time itself is what is tried: how long a process stands still, or a broker is away.</summary>
/// <remarks>Never to wait for something to happen: that is <see cref="Eventually"/>.</remarks>
public static class Pause
{
    /// <summary>Returns when the time is over, or at once when told to stop.</summary>
    public static async Task ForAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(time);
        try
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return; // told to stop
        }
    }
}

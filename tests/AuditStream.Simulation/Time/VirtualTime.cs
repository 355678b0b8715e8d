namespace AuditStream.Simulation.Time;

/// <summary>The scheduler's time as a clock.</summary>
internal sealed class VirtualTime(Scheduler scheduler) : TimeProvider
{
    private static readonly DateTimeOffset begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => begin + scheduler.Now;

    /// <inheritdoc/>
    public override long GetTimestamp() => scheduler.Now.Ticks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(scheduler, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }
}

namespace AuditStream.Simulation.Time;

/// <summary>A timer that goes off once, in virtual time.</summary>
internal sealed class VirtualTimer(Scheduler scheduler, Action callback) : ITimer
{
    private int version;

    /// <inheritdoc/>
    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        var mine = ++version;
        if (dueTime != Timeout.InfiniteTimeSpan)
        {
            scheduler.After(dueTime, () =>
            {
                if (mine == version)
                    callback();
            });
        }
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => version++;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}

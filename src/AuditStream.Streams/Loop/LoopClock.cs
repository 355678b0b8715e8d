namespace AuditStream.Streams.Loop;

/// <summary>Time and the end of a loop: the clock, the stop, and the drain budget that begins with the stop.</summary>
internal sealed class LoopClock : IDisposable
{
    private readonly CancellationTokenSource drained;
    private readonly CancellationTokenRegistration onStop;
    private readonly Action<TimeSpan, CancellationToken> pause;

    /// <summary>Makes the clock.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="drainSeconds">How long what is open may take after the stop.</param>
    /// <param name="stop">Says stop.</param>
    /// <param name="pause">How a pause is made; null waits for the time or the token, whichever comes first.</param>
    internal LoopClock(TimeProvider time, int drainSeconds, CancellationToken stop, Action<TimeSpan, CancellationToken>? pause)
    {
        Time = time;
        Stop = stop;
        drained = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        this.pause = pause ?? ((length, token) => token.WaitHandle.WaitOne(length));
        onStop = stop.Register(() => drained.CancelAfter(TimeSpan.FromSeconds(drainSeconds)));
    }

    /// <summary>The clock.</summary>
    internal TimeProvider Time { get; }

    /// <summary>How work beside the loop is begun and waited for.</summary>
    internal LoopTasks Tasks { get; init; } = new();

    /// <summary>Says stop: begin to drain.</summary>
    internal CancellationToken Stop { get; }

    /// <summary>True when the drain budget is used up: what is not finished now is left.</summary>
    internal bool IsDrainOver => drained.IsCancellationRequested;

    /// <summary>Says that the drain budget is used up.</summary>
    internal CancellationToken DrainOver => drained.Token;

    /// <summary>Waits between attempts of what must still be finished after a stop; ends early only when the drain budget is used
    /// up.</summary>
    internal void PauseWhileDraining(TimeSpan length) => pause(length, drained.Token);

    /// <summary>Waits between attempts of what a stop ends at once.</summary>
    internal void Pause(TimeSpan length) => pause(length, Stop);

    /// <inheritdoc/>
    public void Dispose()
    {
        onStop.Dispose();
        drained.Dispose();
    }
}

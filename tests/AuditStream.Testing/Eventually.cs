using System.Diagnostics;

namespace AuditStream.Testing;

/// <summary>The one place where tests wait: for a condition, with an upper bound and a name for what is waited for.</summary>
public static class Eventually
{
    private static readonly TimeSpan BetweenProbes = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="what">What is waited for, for the message of the time-out.</param>
    /// <param name="within">How long at most.</param>
    /// <param name="condition">Asked again and again; what it throws ends the wait.</param>
    /// <param name="details">What to add to the message of the time-out.</param>
    /// <exception cref="TimeoutException">The condition did not hold in time.</exception>
    public static async Task HoldsAsync(string what, TimeSpan within, Func<Task<bool>> condition, Func<string>? details = null)
    {
        var clock = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(BetweenProbes);
        while (!await condition())
        {
            if (clock.Elapsed > within)
                throw new TimeoutException($"Waiting for {what} for {within.TotalSeconds} s failed. {details?.Invoke()}");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Waits until a condition holds that needs no awaiting.</summary>
    public static Task HoldsAsync(string what, TimeSpan within, Func<bool> condition, Func<string>? details = null) =>
        HoldsAsync(what, within, () => Task.FromResult(condition()), details);

    /// <summary>Waits until a value has not changed for a while: for what has no event that tells its end.</summary>
    /// <param name="what">What is waited for, for the message of the time-out.</param>
    /// <param name="unchangedFor">How long the value must stay the same.</param>
    /// <param name="within">How long at most.</param>
    /// <param name="probe">Reads the value.</param>
    /// <returns>The value that stayed.</returns>
    public static async Task<T> SettlesAsync<T>(string what, TimeSpan unchangedFor, TimeSpan within, Func<Task<T>> probe)
    {
        var last = await probe();
        var unchanged = Stopwatch.StartNew();
        await HoldsAsync($"{what} to settle", within, async () =>
        {
            var now = await probe();
            if (!EqualityComparer<T>.Default.Equals(now, last))
            {
                last = now;
                unchanged.Restart();
            }
            return unchanged.Elapsed >= unchangedFor;
        });
        return last;
    }
}

using System.Runtime.ExceptionServices;

namespace AuditStream.Simulation.Time;

/// <summary>Virtual time, and who runs in it.</summary>
/// <remarks>
/// Purpose: the loop's code blocks (it polls, waits for answers, pauses), and must be run as it is, yet the same seed must give the same
/// history. Design: each actor has a thread, and exactly one of them holds the baton; it gives it on only inside of a wait, to one that may
/// run now, which the seed chooses. Time stands still while anyone may run, and then jumps to the next moment at which someone may.
/// Guarantee: no two actors ever run at once, so nothing here and nothing in the model is locked.
/// </remarks>
internal sealed class Scheduler(Random random)
{
    /// <summary>How many waits a history has at most: more is a loop that goes on without end.</summary>
    private const int MaxWaits = 300_000;

    private static readonly TimeSpan aftermath = TimeSpan.FromMinutes(1);
    private readonly List<Actor> actors = [];
    private readonly PriorityQueue<Action, (long At, long Order)> timers = new();
    private readonly Actor driver = new("driver", () => { });
    private Actor current = null!; // Run sets it before any actor runs.
    private long order;
    private int waits;
    private ExceptionDispatchInfo? failure;

    /// <summary>The time since the beginning.</summary>
    internal TimeSpan Now { get; private set; }

    /// <summary>Called each time that time goes on.</summary>
    internal Action OnTime { get; set; } = () => { };

    /// <summary>True when everybody is told to end, whatever it does.</summary>
    internal bool IsBroken { get; private set; }

    /// <summary>Adds one; also while others run.</summary>
    internal void Add(Actor actor)
    {
        actor.WakesAt = Now;
        actors.Add(actor);
        new Thread(() =>
        {
            actor.Wait();
            Body(actor);
        }) { IsBackground = true, Name = actor.Name }.Start();
    }

    /// <summary>Runs all until they have ended.</summary>
    internal void Run()
    {
        current = driver;
        driver.IsDone = true;
        Switch();
        failure?.Throw();

        // What the broker still does alone, such as to give up what a dead process left open.
        for (var end = Now + aftermath; timers.TryPeek(out var action, out var due) && due.At <= end.Ticks;)
        {
            timers.Dequeue();
            Now = TimeSpan.FromTicks(due.At);
            action();
        }
    }

    /// <summary>Does something later.</summary>
    internal void After(TimeSpan time, Action action) => timers.Enqueue(action, ((Now + time).Ticks, order++));

    /// <summary>The actor that runs waits.</summary>
    internal void Wait(TimeSpan time, Func<bool>? unless = null)
    {
        if (++waits > MaxWaits)
            Break();
        if (!IsBroken)
        {
            current.WakesAt = Now + time;
            current.WakesWhen = unless;
            Switch();
            current.WakesWhen = null;
        }
        if (IsBroken)
            throw new EndedException();
    }

    /// <summary>Something has changed: who waits for it may go on.</summary>
    internal void Changed()
    {
        foreach (var actor in actors)
        {
            if (actor.WakesAt > Now && actor.WakesWhen is { } condition && condition())
                actor.WakesAt = Now;
        }
    }

    /// <summary>Everybody ends at its next wait.</summary>
    internal void Break()
    {
        IsBroken = true;
        foreach (var actor in actors)
            actor.WakesAt = Now;
    }

    private void Body(Actor actor)
    {
        try
        {
            actor.Run();
        }
        catch (EndedException)
        {
            IsBroken = true;
        }
#pragma warning disable CA1031 // Run throws it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure ??= ExceptionDispatchInfo.Capture(exception);
            Break();
        }
        actor.IsDone = true;
        current = Next();
        current.Signal();
    }

    private void Switch()
    {
        var self = current;
        current = Next();
        if (current == self)
            return;
        current.Signal();
        self.Wait();
    }

    private Actor Next()
    {
        while (true)
        {
            while (timers.TryPeek(out var action, out var due) && due.At <= Now.Ticks)
            {
                timers.Dequeue();
                action();
            }
            var (count, end) = (0, TimeSpan.MaxValue);
            var chosen = driver;
            foreach (var actor in actors)
            {
                if (actor.IsDone)
                    continue;
                if (actor.WakesAt <= Now && random.Next(++count) == 0)
                    chosen = actor;
                if (actor.WakesAt < end)
                    end = actor.WakesAt;
            }
            if (count > 0 || end == TimeSpan.MaxValue)
                return chosen;
            Now = timers.TryPeek(out _, out var next) && next.At < end.Ticks ? TimeSpan.FromTicks(next.At) : end;
            OnTime();
        }
    }
}

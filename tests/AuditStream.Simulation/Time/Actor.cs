namespace AuditStream.Simulation.Time;

/// <summary>One that runs on a thread of its own and only while it holds the baton.</summary>
internal sealed class Actor(string name, Action body)
{
    // Not a lock that spins before it sleeps: with as many histories as processors, spinning takes the time from the one that is waited for.
    private readonly AutoResetEvent baton = new(initialState: false);

    /// <summary>Its name.</summary>
    internal string Name => name;

    /// <summary>From when on it may go on.</summary>
    internal TimeSpan WakesAt { get; set; }

    /// <summary>What wakes it before that time; null when nothing does.</summary>
    internal Func<bool>? WakesWhen { get; set; }

    /// <summary>True when it has ended.</summary>
    internal bool IsDone { get; set; }

    /// <summary>What it does.</summary>
    internal void Run() => body();

    /// <summary>Waits for the baton.</summary>
    internal void Wait() => baton.WaitOne();

    /// <summary>Takes the baton.</summary>
    internal void Signal() => baton.Set();
}

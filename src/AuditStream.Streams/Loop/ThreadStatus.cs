namespace AuditStream.Streams.Loop;

/// <summary>What a thread says about itself; written by the thread, read by anyone.</summary>
internal sealed class ThreadStatus(string name)
{
    private readonly Lock gate = new();
    private readonly List<string> tasks = [];
    private readonly SortedDictionary<string, string> stopped = new(StringComparer.Ordinal);
    private string state = "Created";
    private string? waitingFor;
    private string? lastError;
    private bool needsPerson;

    /// <summary>The thread's name.</summary>
    internal string Name => name;

    internal void State(string value)
    {
        lock (gate)
            state = value;
    }

    internal void WaitsFor(string? what)
    {
        lock (gate)
            waitingFor = what;
    }

    internal void Error(string? error, bool needsPerson)
    {
        lock (gate)
        {
            lastError = error;
            this.needsPerson = needsPerson;
        }
    }

    internal void Owns(IEnumerable<string> owned)
    {
        lock (gate)
        {
            tasks.Clear();
            tasks.AddRange(owned.Order(StringComparer.Ordinal));
            foreach (var gone in stopped.Keys.Except(tasks).ToArray())
                stopped.Remove(gone);
        }
    }

    internal void TaskStopped(string task, string why)
    {
        lock (gate)
            stopped[task] = why;
    }

    internal ThreadReport Report()
    {
        lock (gate)
        {
            var error = lastError ?? stopped.Select(task => $"{task.Key} is stopped: {task.Value}").FirstOrDefault();
            return new ThreadReport(
                name, state, [.. tasks], [.. stopped.Keys], waitingFor, error,
                    IsHealthy: !needsPerson && stopped.Count == 0 && state != "Failed");
        }
    }
}

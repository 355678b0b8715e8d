namespace AuditStream.Streams;

/// <summary>How a worker stands: for health endpoints and for people.</summary>
/// <param name="Worker">The sub-topology.</param>
/// <param name="Threads">Its threads.</param>
public sealed record WorkerReport(string Worker, IReadOnlyList<ThreadReport> Threads)
{
    /// <summary>True while nothing needs a person: waiting and retrying are healthy, a stopped task, a systemic error and a failed thread
    /// are not.</summary>
    public bool IsHealthy => Threads.All(thread => thread.IsHealthy);

    /// <summary>True when every thread has its clients, is in its group or on the way into it, and does not wait for anything.</summary>
    public bool IsReady => IsHealthy && Threads.All(thread => thread.HasBegun && thread.WaitingFor is null);

    /// <summary>One sentence per thread that waits or has an error; empty when all is well.</summary>
    public IEnumerable<string> Remarks() =>
        from thread in Threads
        from remark in new[] { thread.WaitingFor is null ? null : "waits for " + thread.WaitingFor, thread.LastError }
        where remark is not null
        select $"{thread.Name}: {remark}";
}

using AuditStream.Simulation.Model;
using AuditStream.Streams.Loop;

namespace AuditStream.Simulation.Time;

/// <summary>Work beside the loop in virtual time: begun at once, on the loop's own thread, and ended by a timer.</summary>
internal sealed class VirtualTasks(ModelProcess process) : LoopTasks
{
    /// <inheritdoc/>
    internal override Task<T> Start<T>(Func<Task<T>> work) => work();

    /// <inheritdoc/>
    internal override bool Wait(Task task, TimeSpan length)
    {
        if (!task.IsCompleted)
            process.Wait(length, () => task.IsCompleted);
        return task.IsCompleted;
    }
}

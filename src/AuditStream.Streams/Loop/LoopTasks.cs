namespace AuditStream.Streams.Loop;

/// <summary>How a loop begins work that goes on beside it, and waits for it. Another one runs it in another time than the clock's.</summary>
internal class LoopTasks
{
    /// <summary>Begins work beside the loop.</summary>
    internal virtual Task<T> Start<T>(Func<Task<T>> work) => Task.Run(work);

    /// <summary>Waits until it has ended, for so long at most.</summary>
    /// <returns>True when it has ended.</returns>
    internal virtual bool Wait(Task task, TimeSpan length) => ((IAsyncResult)task).AsyncWaitHandle.WaitOne(length);
}

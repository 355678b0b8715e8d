using AuditStream.Streams.Ports;
using AuditStream.Streams.Tasks;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Loop;

/// <summary>Tasks whose next record cannot be processed yet, because something that it needs is not reachable: paused, and tried again after
/// a back-off, without limit. The other tasks go on.</summary>
/// <remarks>
/// <code>
///  not here  --Add-->  paused  --TakeDue-->  tried  --Done-->  not here
///                        ^                     |
///                        +-------- Add --------+
/// </code>
/// One back-off for all: they mostly wait for the same thing.
/// </remarks>
internal sealed class WaitingTasks
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly HashSet<TopicPartition> paused = [];
    private readonly HashSet<TopicPartition> tried = [];
    private readonly Backoff backoff;
    private readonly WaitNotice notice;
    private readonly TimeProvider time;
    private long pausedAt;
    private TimeSpan pause;

    internal WaitingTasks(ThreadStatus status, ILogger logger, TimeProvider time)
    {
        this.time = time;
        notice = new WaitNotice(status, logger, time);
        backoff = new Backoff(FirstPause, LongestPause, new Random(status.Name.Length));
    }

    /// <summary>A partition that the caller has paused waits.</summary>
    internal void Add(TopicPartition partition, string why)
    {
        if (paused.Count == 0)
        {
            pausedAt = time.GetTimestamp();
            pause = backoff.Next();
        }
        tried.Remove(partition);
        paused.Add(partition);
        notice.Waits("schemas of records", why);
    }

    /// <summary>The partitions to try again now; empty before it is time.</summary>
    internal IReadOnlyList<TopicPartition> TakeDue()
    {
        if (paused.Count == 0 || time.GetElapsedTime(pausedAt) < pause)
            return [];
        TopicPartition[] due = [.. paused];
        tried.UnionWith(paused);
        paused.Clear();
        return due;
    }

    /// <summary>Lets those of these tasks go on that wait, when it is time.</summary>
    internal void TryAgain(IStreamConsumer consumer, IReadOnlyCollection<StreamTask> tasks)
    {
        var due = TakeDue();
        if (due.Count == 0)
            return;
        consumer.Resume(due);
        // An abort meanwhile may have taken a task further back than the record that it waits with.
        foreach (var task in tasks.Where(task => due.Contains(task.Partition)))
        {
            consumer.Seek(task.Next);
            task.GoOn();
        }
    }

    /// <summary>A record of a partition was processed.</summary>
    internal void Done(TopicPartition partition)
    {
        if (tried.Count > 0 && tried.Remove(partition))
            EndIfEmpty();
    }

    /// <summary>These partitions are not owned any more.</summary>
    internal void Forget(IEnumerable<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
        {
            paused.Remove(partition);
            tried.Remove(partition);
        }
        EndIfEmpty();
    }

    /// <summary>No partition is owned any more.</summary>
    internal void Clear()
    {
        paused.Clear();
        tried.Clear();
        EndIfEmpty();
    }

    private void EndIfEmpty()
    {
        if (paused.Count > 0 || tried.Count > 0)
            return;
        backoff.Reset();
        notice.Over();
    }
}

using AuditStream.Streams.Ledger;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Tasks;

namespace AuditStream.Streams.Loop;

/// <summary>What goes into a transaction beside what was made of records: changed row images, ledger events, the tasks' own records.</summary>
/// <remarks>Without a ledger nobody writes events of it, and tasks' records have none.</remarks>
internal sealed class CommitContents(TaskRecordWriter records, LedgerWriter? ledger, StreamsMetrics metrics)
{
    private readonly List<StreamTask> prepared = [];

    /// <summary>True from the writing until the commit or the abort: something is in the transaction, be it without records.</summary>
    internal bool IsOpen { get; private set; }

    /// <summary>A record of the task is in the transaction.</summary>
    internal void Processed(StreamTask task, IUnitOfWork work) => records.Processed(task, work);

    /// <summary>True when a task has a range to write, whether or not records came.</summary>
    /// <param name="task">The task.</param>
    /// <param name="closing">The partitions whose tasks end.</param>
    internal bool HasRange(StreamTask task, IReadOnlyCollection<TopicPartition> closing) =>
        ledger is not null && (task.Ledger.IsDue || (task.Ledger.IsOpen && closing.Contains(task.Partition)));

    /// <summary>True when a commit carries the task's offset. Nothing else of it is to be in the transaction then: its next owner waits for that offset
    /// only, and what came without it could come behind that owner's.</summary>
    /// <param name="task">The task.</param>
    /// <param name="closing">The partitions whose tasks end.</param>
    internal bool IsCommitted(StreamTask task, IReadOnlyCollection<TopicPartition> closing) =>
        task.HasProgress || (task.Place.NextOffset >= 0 && HasRange(task, closing));

    /// <summary>Writes it all, before the commit.</summary>
    internal void Write(IReadOnlyCollection<StreamTask> tasks, IReadOnlyCollection<TopicPartition> closing, IUnitOfWork work)
    {
        IsOpen = true;
        foreach (var task in tasks)
        {
            task.State?.Write(work);

            // What is prepared stands in the transaction already: its commit failed in a way that left it open.
            if (ledger is null || task.Ledger.IsPrepared || !IsCommitted(task, closing))
                continue;

            // First: a record that is refused half-way must not leave it prepared.
            prepared.Add(task);
            ledger.Write(task, work, closing.Contains(task.Partition));
        }
        records.BeforeCommit(tasks, work);
    }

    /// <summary>The commit has returned.</summary>
    internal void Committed()
    {
        records.Committed();
        foreach (var task in prepared)
        {
            metrics.LedgerWritten(task.Id.Topic, task.Ledger.Written);
            task.Ledger.Committed();
        }
        prepared.Clear();
        IsOpen = false;
    }

    /// <summary>The transaction is dropped.</summary>
    internal void Aborted()
    {
        records.Aborted();
        foreach (var task in prepared)
            task.Ledger.Aborted();
        prepared.Clear();
        IsOpen = false;
    }
}

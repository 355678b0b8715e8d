using AuditStream.Streams.Loop;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Topics;

namespace AuditStream.Streams.Tasks;

/// <summary>Writes the records of the tasks that one thread owns into its transactions.</summary>
/// <remarks>
/// A transaction ends with a record of each task with progress, or whose ledger it writes. In the first transaction of an assignment one also follows the
/// task's first record: were the thread to die in it, the next owner knows whose transaction is open. A task without records has none: its offset is
/// not in the transaction either, so its next owner would not wait for it, and a thread that stood still for a while could put an old record behind
/// that owner's.
/// </remarks>
/// <param name="settings">The settings.</param>
/// <param name="owner">The thread's transactional id; empty for a thread without transactions.</param>
internal sealed class TaskRecordWriter(StreamsSettings settings, string owner)
{
    private readonly int partitions = settings.TaskPartitions;
    private readonly HashSet<StreamTask> open = [];

    /// <summary>A record of the task is in the open transaction.</summary>
    internal void Processed(StreamTask task, IUnitOfWork work)
    {
        if (owner.Length > 0 && !task.IsOwnerWritten && !open.Contains(task))
            Write(task, work);
    }

    /// <summary>A transaction is about to be committed.</summary>
    internal void BeforeCommit(IReadOnlyCollection<StreamTask> tasks, IUnitOfWork work)
    {
        foreach (var task in tasks)
        {
            if (task.HasProgress || task.Ledger.IsPrepared)
                Write(task, work);
        }
    }

    /// <summary>The transaction is committed.</summary>
    internal void Committed()
    {
        foreach (var task in open)
            task.IsOwnerWritten = true;
        open.Clear();
    }

    /// <summary>The transaction is dropped, and its records with it.</summary>
    internal void Aborted() => open.Clear();

    private void Write(StreamTask task, IUnitOfWork work)
    {
        open.Add(task);
        work.Produce(new OutgoingRecord
        {
            Topic = settings.TasksTopic,
            Partition = RowPartition.Of(task.RecordKey, partitions),
            Key = task.RecordKey,
            Value = new TaskRecord(owner, task.LedgerState).ToBytes(),
            Headers = [],
            TimestampMilliseconds = -1,
        });
    }
}

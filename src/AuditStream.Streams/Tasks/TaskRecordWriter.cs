using AuditStream.Streams.Loop;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Topics;

namespace AuditStream.Streams.Tasks;

/// <summary>Writes the records of the tasks that one thread owns into its transactions.</summary>
/// <remarks>
/// A transaction ends with a record of each task with progress, or whose ledger it writes. The first transaction of an assignment also begins with
/// one of each task: were the thread to die in it, the next owner knows whose transaction is open.
/// </remarks>
/// <param name="settings">The settings.</param>
/// <param name="owner">The thread's transactional id; empty for a thread without transactions.</param>
internal sealed class TaskRecordWriter(StreamsSettings settings, string owner)
{
    private readonly int partitions = settings.TaskPartitions;
    private readonly HashSet<StreamTask> open = [];

    /// <summary>A transaction has begun.</summary>
    internal void Begun(IReadOnlyCollection<StreamTask> tasks, IUnitOfWork work)
    {
        foreach (var task in tasks)
        {
            if (task is { IsRestoring: false, IsOwnerWritten: false })
                Write(task, work);
        }
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

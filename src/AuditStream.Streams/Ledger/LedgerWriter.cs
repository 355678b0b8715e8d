using AuditStream.Core.Account;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tasks;

namespace AuditStream.Streams.Ledger;

/// <summary>Writes the ledger events of a thread's tasks into its transactions.</summary>
internal sealed class LedgerWriter(StreamsSettings settings, PipelineEvents events, TimeProvider time)
{
    private readonly EventOutput output = new(settings, time);

    /// <summary>Writes the ranges of a task that end with the transaction.</summary>
    /// <param name="task">The task.</param>
    /// <param name="work">What is open.</param>
    /// <param name="isClosing">True when the task ends: its range ends too.</param>
    internal void Write(StreamTask task, IUnitOfWork work, bool isClosing)
    {
        foreach (var range in task.Ledger.Prepare(task.Open, task.Restart.NextOffset, task.Next.NextOffset, task.LastTimestamp, isClosing))
        {
            work.Produce(output.RecordOf(events.Of(new LedgerRange
            {
                SubTopology = task.Id.SubTopology,
                Topic = task.Id.Topic,
                Partition = task.Id.Partition,
                From = range.From,
                To = range.To,
                Counts = range.Counts,
                TimestampMilliseconds = range.TimestampMilliseconds,
            })));
        }
    }
}

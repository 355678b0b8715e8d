using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>Reads records of tasks from the broker in memory.</summary>
internal sealed class FakeTaskReader(FakeBroker broker, bool committedOnly) : IChangelogReader
{
    private TopicPartition open;
    private int position;

    public long End(TopicPartition partition, TimeSpan wait) => Records(partition).Count + (committedOnly && broker.HasOpenTaskRecord ? 1 : 0);

    public long Start(TopicPartition partition, TimeSpan wait) => 0;

    public void Open(TopicPartition partition, long? offset) => (open, position) = (partition, (int)(offset ?? 0));

    public bool Poll(TimeSpan wait, out RawRecord record)
    {
        record = default;
        if (broker.OnReadTask.TryDequeue(out var fault) && fault is not null)
            throw fault;
        var records = Records(open);
        if (position >= records.Count)
            return false;
        ReadOnlyMemory<byte>? value = null;
        if (records[position].Bytes is { } bytes)
            value = bytes;
        record = new RawRecord
        {
            Topic = open.Topic,
            Partition = open.Partition,
            Offset = position,
            TimestampMilliseconds = 0,
            Key = Encoding.UTF8.GetBytes(records[position++].Key!), // every record of a task has one
            Value = value,
            Headers = [],
        };
        return true;
    }

    // Behind a transaction that has ended stands its marker, or nothing that is read.
    public long? Position(TopicPartition partition) => position + (position == Records(open).Count && committedOnly && !broker.HasOpenTaskRecord ? 1 : 0);

    public void Dispose() => position = 0;

    private List<FakeRecord> Records(TopicPartition partition) =>
        [.. (committedOnly ? broker.Tasks : broker.Uncommitted).Where(record => record.Partition == partition.Partition)];
}

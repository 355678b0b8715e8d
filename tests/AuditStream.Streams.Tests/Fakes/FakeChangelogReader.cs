using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>Reads a changelog from what the broker in memory has committed; after each record stands a marker, as a transaction leaves it.</summary>
internal sealed class FakeChangelogReader(FakeBroker broker) : IChangelogReader
{
    /// <summary>A record, and its marker.</summary>
    internal const int OffsetsPerRecord = 2;

    private TopicPartition open;
    private long position = -1;
    private bool isPending;

    public long End(TopicPartition partition, TimeSpan wait)
    {
        broker.Calls.Add($"end {partition}");
        isPending = broker.PendingEnds > 0;
        return Records(partition).Count * OffsetsPerRecord + (isPending ? 1 : 0);
    }

    public long Start(TopicPartition partition, TimeSpan wait) => 0;

    public void Open(TopicPartition partition, long? offset)
    {
        broker.Calls.Add($"open {partition} at {offset?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "the beginning"}");
        (open, position) = (partition, offset ?? 0);
    }

    public bool Poll(TimeSpan wait, out RawRecord record)
    {
        record = default;
        broker.ChangelogReads++;
        if (broker.OnRead.TryDequeue(out var fault) && fault is not null)
            throw fault;
        var records = Records(open);
        var index = (int)((position + 1) / OffsetsPerRecord);
        if (index >= records.Count)
        {
            if (isPending && --broker.PendingEnds <= 0)
                isPending = false;
            position = (records.Count * OffsetsPerRecord) + (broker.PendingEnds <= 0 ? 1 : 0);
            return false;
        }
        ReadOnlyMemory<byte>? value = null;
        if (records[index].Value is { } text)
            value = Encoding.UTF8.GetBytes(text);
        record = new RawRecord
        {
            Topic = open.Topic,
            Partition = open.Partition,
            Offset = index * OffsetsPerRecord,
            TimestampMilliseconds = 0,
            Key = Encoding.UTF8.GetBytes(records[index].Key!), // every record of a changelog has one
            Value = value,
            Headers = [],
        };
        position = record.Offset + 1;
        return true;
    }

    public long? Position(TopicPartition partition) => position;

    public void Dispose() => broker.Calls.Add("reader.dispose");

    /// <summary>Where a record stands that is committed.</summary>
    internal static long OffsetOf(FakeBroker broker, FakeRecord record) => OffsetsPerRecord * broker.Committed
        .Where(other => other.Topic == record.Topic && other.Partition == record.Partition).ToList().FindIndex(other => ReferenceEquals(other, record));

    private List<FakeRecord> Records(TopicPartition partition) =>
        [.. broker.Committed.Where(record => record.Topic == partition.Topic && record.Partition == partition.Partition)];
}

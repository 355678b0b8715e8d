using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>A consumer in memory: a script of steps, one per poll, over records that it lends from one reused buffer.</summary>
internal sealed class FakeConsumer(FakeBroker broker) : IStreamConsumer
{
    private readonly Queue<Func<FakeConsumer, RawRecord?>> steps = new();
    private readonly Dictionary<TopicPartition, List<string?>> logs = [];
    private readonly Dictionary<TopicPartition, long> positions = [];
    private readonly HashSet<TopicPartition> paused = [];
    private readonly Dictionary<TopicPartition, long> begins = [];
    private byte[] lent = [];
    private IRebalanceListener? listener;
    private int generation;

    internal IReadOnlyList<string> Subscription { get; private set; } = [];

    internal bool IsClosed { get; private set; }

    internal List<PartitionOffset> Seeks { get; } = [];

    internal Queue<ClientException?> OnCommit { get; } = new();

    internal Queue<ClientException?> OnSeek { get; } = new();

    internal Queue<ClientException?> OnCommitted { get; } = new();

    /// <summary>The headers of every record that it delivers.</summary>
    internal IReadOnlyList<RecordHeader> Headers { get; set; } =
        [new RecordHeader("raw", "header"u8.ToArray()), new RecordHeader("none", Value: null)];

    /// <summary>Called when the script is at its end: usually the stop.</summary>
    internal Action? AtEnd { get; set; }

    internal IReadOnlyCollection<TopicPartition> Paused => paused;

    /// <summary>Fills a partition.</summary>
    internal FakeConsumer Holds(string topic, int partition, params string?[] values)
    {
        logs[new TopicPartition(topic, partition)] = [.. values];
        return this;
    }

    /// <summary>Records before this offset are gone.</summary>
    internal FakeConsumer Begins(TopicPartition partition, long offset)
    {
        begins[partition] = offset;
        return this;
    }

    /// <summary>The next poll brings these partitions.</summary>
    internal FakeConsumer Assigns(params TopicPartition[] partitions)
    {
        steps.Enqueue(self =>
        {
            foreach (var partition in partitions)
                self.positions[partition] = broker.Offsets.GetValueOrDefault(partition, 0);
            self.listener!.Assigned(partitions, new FakeMembership(++self.generation));
            return null;
        });
        return this;
    }

    /// <summary>The next poll brings a partition, and its first record as well.</summary>
    internal FakeConsumer AssignsAndDelivers(TopicPartition partition)
    {
        steps.Enqueue(self =>
        {
            self.positions[partition] = broker.Offsets.GetValueOrDefault(partition, 0);
            self.listener!.Assigned([partition], new FakeMembership(++self.generation));
            return self.Next(partition);
        });
        return this;
    }

    internal FakeConsumer Revokes(params TopicPartition[] partitions)
    {
        steps.Enqueue(self =>
        {
            self.listener!.Revoked(partitions);
            self.Forget(partitions);
            return null;
        });
        return this;
    }

    internal FakeConsumer Loses(params TopicPartition[] partitions)
    {
        steps.Enqueue(self =>
        {
            self.listener!.Lost(partitions);
            self.Forget(partitions);
            return null;
        });
        return this;
    }

    /// <summary>The next polls bring so many records of a partition.</summary>
    internal FakeConsumer Delivers(TopicPartition partition, int count = 1)
    {
        for (var index = 0; index < count; index++)
            steps.Enqueue(self => self.Next(partition));
        return this;
    }

    /// <summary>The next poll brings a record that was still on its way from a partition that is not owned any more.</summary>
    internal FakeConsumer DeliversLate(TopicPartition partition, long offset, string value)
    {
        steps.Enqueue(self => self.Lend(partition, offset, value));
        return this;
    }

    /// <summary>The next poll goes over so many offsets that are no records.</summary>
    internal FakeConsumer Passes(TopicPartition partition, int offsets) => Does(() => positions[partition] += offsets);

    internal FakeConsumer Does(Action action)
    {
        steps.Enqueue(_ =>
        {
            action();
            return null;
        });
        return this;
    }

    internal FakeConsumer Idles(int polls = 1)
    {
        for (; polls > 0; polls--)
            Does(() => { });
        return this;
    }

    public void Subscribe(IReadOnlyList<string> topics, IRebalanceListener listener)
    {
        Subscription = topics;
        this.listener = listener;
    }

    public bool Poll(TimeSpan wait, out RawRecord record)
    {
        record = default;
        if (!steps.TryDequeue(out var step))
        {
            AtEnd?.Invoke();
            return false;
        }
        if (step(this) is not { } next)
            return false;
        record = next;
        return true;
    }

    public void Seek(PartitionOffset place)
    {
        if (OnSeek.TryDequeue(out var fault) && fault is not null)
            throw fault;
        broker.Calls.Add($"seek {place.Partition}={place.NextOffset}");
        Seeks.Add(place);
        positions[place.Partition] = place.NextOffset;
    }

    public void Pause(IReadOnlyCollection<TopicPartition> partitions) => paused.UnionWith(partitions);

    public void Resume(IReadOnlyCollection<TopicPartition> partitions) => paused.ExceptWith(partitions);

    public long? Position(TopicPartition partition) => positions.TryGetValue(partition, out var position) ? position : null;

    public IReadOnlyDictionary<TopicPartition, long?> Committed(IReadOnlyCollection<TopicPartition> partitions, TimeSpan wait)
    {
        if (OnCommitted.TryDequeue(out var fault) && fault is not null)
            throw fault;
        if (broker.NotesCommitted)
            broker.Calls.Add("committed " + string.Join(",", partitions));
        if (broker.OnCommitted.TryDequeue(out var pending) && pending is not null)
            throw pending;
        return partitions.ToDictionary(partition =>
            partition, partition => broker.Offsets.TryGetValue(partition, out var offset) ? offset : (long?)null);
    }

    public long? LowWatermark(TopicPartition partition) => logs.ContainsKey(partition) ? begins.GetValueOrDefault(partition) : null;

    public IReadOnlyList<string> Members(TimeSpan wait)
    {
        broker.Calls.Add("members");
        return broker.OnMembers.TryDequeue(out var fault) && fault is not null ? throw fault : broker.Members;
    }

    public long? HighWatermark(TopicPartition partition) => logs.TryGetValue(partition, out var log) ? log.Count : null;

    public void Commit(IReadOnlyCollection<PartitionOffset> offsets)
    {
        broker.Calls.Add($"consumer.commit[{FakeBroker.Text(offsets)}]");
        if (OnCommit.TryDequeue(out var fault) && fault is not null)
            throw fault;
        foreach (var offset in offsets)
            broker.Offsets[offset.Partition] = offset.NextOffset;
    }

    public void Close()
    {
        if (IsClosed)
            return;
        IsClosed = true;
        listener?.Revoked([.. positions.Keys]);
        broker.Calls.Add("consumer.close");
    }

    public void Dispose() => IsClosed = true;

    private RawRecord? Next(TopicPartition partition)
    {
        if (paused.Contains(partition) || !positions.TryGetValue(partition, out var offset))
            return null;

        // As a client with auto.offset.reset=earliest: a place that is not in the log is left for the beginning.
        if (offset < begins.GetValueOrDefault(partition) || offset > logs[partition].Count)
            offset = begins.GetValueOrDefault(partition);
        if (offset >= logs[partition].Count)
            return null;
        positions[partition] = offset + 1;
        return Lend(partition, offset, logs[partition][(int)offset]);
    }

    // What was lent before is overwritten, so that a loop that keeps it is found out.
    private RawRecord Lend(TopicPartition partition, long offset, string? value)
    {
        Array.Fill(lent, (byte)'#');
        lent = value is null ? [] : Encoding.UTF8.GetBytes(value);
        ReadOnlyMemory<byte>? memory = null;
        if (value is not null)
            memory = lent;
        return new RawRecord
        {
            Topic = partition.Topic,
            Partition = partition.Partition,
            Offset = offset,
            TimestampMilliseconds = 1_700_000_000_000 + offset,
            Key = Encoding.UTF8.GetBytes($"key-{offset}"),
            Value = memory,
            Headers = Headers,
        };
    }

    private void Forget(IReadOnlyCollection<TopicPartition> partitions)
    {
        foreach (var partition in partitions)
            positions.Remove(partition);
        paused.ExceptWith(partitions);
    }
}

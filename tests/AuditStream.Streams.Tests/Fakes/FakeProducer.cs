using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>A producer in memory. Faults: exceptions that a named call throws, in order; null lets one call through.</summary>
internal sealed class FakeProducer(FakeBroker broker, string? transactionalId) : IStreamProducer
{
    private readonly List<FakeRecord> open = [];
    private readonly List<FakeRecord> openTasks = [];
    private readonly Dictionary<TopicPartition, long> openOffsets = [];
    private readonly List<(FakeRecord Record, Action<long> Told)> told = [];
    private bool inTransaction;

    internal Queue<ClientException?> OnInit { get; } = new();

    internal Queue<ClientException?> OnProduce { get; } = new();

    internal Queue<ClientException?> OnSendOffsets { get; } = new();

    internal Queue<ClientException?> OnCommit { get; } = new();

    internal Queue<ClientException?> OnAbort { get; } = new();

    internal Queue<ClientException?> OnFlush { get; } = new();

    /// <summary>Values that pass this length are refused at once.</summary>
    internal int MaxValueLength { get; set; } = int.MaxValue;

    /// <summary>Values that pass this length fail the commit of their transaction.</summary>
    internal int MaxBrokerValueLength { get; set; } = int.MaxValue;

    internal bool IsDisposed { get; private set; }

    internal List<string> Attempts { get; } = [];

    internal List<int> Generations { get; } = [];

    internal string? TransactionalId => transactionalId;

    public void InitTransactions(TimeSpan wait) => Do("init", OnInit, () => { });

    public void BeginTransaction() => Do("begin", faults: null, () =>
    {
        inTransaction.ShouldBeFalse();
        inTransaction = true;
    });

    public void Produce(in OutgoingRecord record)
    {
        if (record.Topic.EndsWith("-tasks", StringComparison.Ordinal))
        {
            ProduceTask(FakeRecord.Of(record));
            return;
        }
        var copy = FakeRecord.Of(record);
        Attempts.Add(copy.Value ?? "null");
        if (transactionalId is not null)
            inTransaction.ShouldBeTrue();
        if ((copy.Value?.Length ?? 0) > MaxValueLength)
            throw new ClientException(ClientErrorClass.TooLarge, "MsgSizeTooLarge", "Producing failed: too large.");
        if (OnProduce.TryDequeue(out var fault) && fault is not null)
            throw fault;
        if (transactionalId is null)
            broker.Committed.Add(copy);
        else
            open.Add(copy);
        if (record.Stored is { } stored)
            told.Add((copy, stored));
    }

    public void SendOffsets(IReadOnlyCollection<PartitionOffset> offsets, GroupMembership membership, TimeSpan wait) =>
        Do($"offsets[{FakeBroker.Text(offsets)}]", OnSendOffsets, () =>
        {
            offsets.ShouldNotBeEmpty();
            Generations.Add(((FakeMembership)membership).Generation);
            foreach (var offset in offsets)
                openOffsets[offset.Partition] = offset.NextOffset;
        });

    public void CommitTransaction(TimeSpan wait)
    {
        if (open.Any(record => (record.Value?.Length ?? 0) > MaxBrokerValueLength))
            throw new ClientException(ClientErrorClass.RequiresAbort, "MsgSizeTooLarge", "Committing failed: too large.");
        Do("commit", OnCommit, () =>
        {
            inTransaction.ShouldBeTrue();
            openOffsets.ShouldNotBeEmpty();
            broker.Committed.AddRange(open);
            broker.Tasks.AddRange(openTasks);
            foreach (var (record, tell) in told)
                tell(FakeChangelogReader.OffsetOf(broker, record));
            foreach (var (partition, offset) in openOffsets)
                broker.Offsets[partition] = offset;
            End();
        });
    }

    public void AbortTransaction(TimeSpan wait) => Do("abort", OnAbort, End);

    public void Flush(TimeSpan wait) => Do("flush", OnFlush, () => { });

    public void Dispose()
    {
        if (!IsDisposed)
            broker.Calls.Add("producer.dispose");
        IsDisposed = true;
    }

    // Records of tasks are kept apart: what becomes of raw records is what most tests count.
    private void ProduceTask(FakeRecord record)
    {
        if (transactionalId is not null)
            inTransaction.ShouldBeTrue();
        broker.Uncommitted.Add(record);
        (transactionalId is null ? broker.Tasks : openTasks).Add(record);
    }

    private void End()
    {
        inTransaction = false;
        openTasks.Clear();
        open.Clear();
        told.Clear();
        openOffsets.Clear();
    }

    private void Do(string call, Queue<ClientException?>? faults, Action effect)
    {
        IsDisposed.ShouldBeFalse();
        broker.Calls.Add(call);
        if (faults is not null && faults.TryDequeue(out var fault) && fault is not null)
            throw fault;
        effect();
    }
}

using AuditStream.Core.Flow;
using AuditStream.Simulation.Breaks;
using AuditStream.Simulation.Faults;
using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Model;

/// <summary>The producer port over the model: what is taken waits, and is sent in batches; nothing is thrown for a record that could not be
/// stored before the end of its transaction.</summary>
internal sealed class ModelProducer(ModelProcess process, string clientId, IReadOnlyDictionary<string, string> settings)
    : IStreamProducer
{
    /// <summary>How many records wait at most.</summary>
    private const int MaxWaiting = 24;

    /// <summary>How many transactions in a row may be dropped: more in the time that a fault lasts is a loop that takes no breath.</summary>
    private const int MaxAborts = 60;
    private readonly string? id = settings.GetValueOrDefault("transactional.id");
    private readonly List<ModelRecord> waiting = [];
    private Transaction? transaction;
    private int epoch;
    private long sequence;
    private bool hasJoined;
    private int fullFor;
    private int aborts;
    private TimeSpan refusedUntil;
    private string? failed;
    private ProducerState state;

    internal string ClientId => clientId;

    /// <inheritdoc/>
    public void InitTransactions(TimeSpan wait)
    {
        process.Ask(Call.Initialise, wait, () => process.WaitFor(
            () =>
            {
                if (Broker.Transactions.Initialise(id!, Timeout) is not (var given, var number)) // the loop asks transactional ones only
                    return false;
                (transaction, epoch) = (given, number);
                return true;
            },
            wait, "Initialising transactions"), this);
        state = ProducerState.Ready;
    }

    /// <inheritdoc/>
    public void BeginTransaction()
    {
        process.At(Call.Begin, isAfter: false, this);
        if (state != ProducerState.Ready)
            throw Wrong("Beginning a transaction");
        state = ProducerState.Open;
        hasJoined = false;
        process.At(Call.Begin, isAfter: true, this);
    }

    /// <inheritdoc/>
    public void Produce(in OutgoingRecord record)
    {
        process.At(Call.Produce, isAfter: false, this);

        // In a transaction that must be aborted the client refuses records without the reason.
        if (state == ProducerState.MustAbort)
            throw Refusal.MustAbort("Producing", "Local_State");
        if (id is not null && state != ProducerState.Open)
            throw Wrong("Producing");
        if (waiting.Count >= MaxWaiting || Broker.Random.Next(6) == 0)
            Send();
        if (fullFor-- > 0 || waiting.Count >= MaxWaiting)
            throw new ClientException(ClientErrorClass.QueueFull, "Local_QueueFull", "Producing failed: no room.");
        waiting.Add(Copy(record));
        process.At(Call.Produce, isAfter: true, this);
    }

    /// <inheritdoc/>
    public void SendOffsets(IReadOnlyCollection<PartitionOffset> offsets, GroupMembership membership, TimeSpan wait)
    {
        if (state != ProducerState.Open)
            throw Wrong("Sending offsets");
        var mine = (ModelMembership)membership;
        if (mine.Member is { WasToldLost: true })
            process.History.Breach("offsets were sent under a membership that was lost (18)");
        var taken = offsets.ToArray();
        process.Ask(Call.SendOffsets, wait, () => Guarded(() =>
        {
            process.WaitFor(Join, wait, "Sending offsets");
            var group = mine.Member?.Group ?? Broker.Group(GroupOf(taken));
            transaction!.Groups.Add(group.Id); // initialised, else the state would be another
            if (process.Now < refusedUntil)
                Fail("Local_State");
            if (group.Pend(transaction.ProducerId, mine, taken) is { } code)
                Fail(code);
            ThrowIfFailed("Sending offsets");
        }), this);
    }

    /// <inheritdoc/>
    public void CommitTransaction(TimeSpan wait)
    {
        if (state is not (ProducerState.Open or ProducerState.Ending))
            throw Wrong("Committing");
        process.Ask(Call.Commit, wait, () => Guarded(() =>
        {
            process.WaitFor(Send, wait, "Committing");
            ThrowIfFailed("Committing");
            state = ProducerState.Ending;
            if (hasJoined)
                Broker.Transactions.End(transaction!, epoch, isCommit: true); // it has joined, so it is there
        }), this);
        (state, aborts) = (ProducerState.Ready, 0);
    }

    /// <inheritdoc/>
    public void AbortTransaction(TimeSpan wait)
    {
        if (state is not (ProducerState.Open or ProducerState.MustAbort))
            throw Wrong("Aborting");
        waiting.Clear();
        if (++aborts > MaxAborts)
            process.History.Breach("transactions are dropped one after the other without a pause");
        process.Ask(Call.Abort, wait, () => Guarded(() =>
        {
            if (hasJoined)
                Broker.Transactions.End(transaction!, epoch, isCommit: false); // it has joined, so it is there
        }), this);
        (state, failed) = (ProducerState.Ready, null);
    }

    /// <inheritdoc/>
    public void Flush(TimeSpan wait)
    {
        process.Ask(Call.Flush, wait, () => process.WaitFor(Send, wait, "Flushing"), this);
        if (failed is not { } code)
            return;
        failed = null;
        throw Refusal.MustAbort("Flushing", code);
    }

    /// <inheritdoc/>
    public void Dispose() => waiting.Clear();

    /// <summary>Something happens to it.</summary>
    internal void Strike(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.QueueFull:
                fullFor = 3;
                break;
            case FaultKind.MustAbort:
                Fail("Local_State");
                refusedUntil = process.Now + fault.Length;
                break;
            case FaultKind.Fence when transaction is not null:
                Broker.Transactions.Initialise(transaction.Id, Timeout);
                break;
            case FaultKind.FailedDelivery:
                if (waiting.Count > 0 && !Break.Is(4))
                    Fail("Local_MsgTimedOut");
                waiting.Clear();
                break;
        }
    }

    private ModelBroker Broker => process.Broker;

    private TimeSpan Timeout => TimeSpan.FromMilliseconds(long.Parse(settings["transaction.timeout.ms"], System.Globalization.CultureInfo.InvariantCulture));

    private ModelRecord Copy(in OutgoingRecord record)
    {
        var topic = record.Topic;
        var partition = record.Partition ?? PartitionOf(record.Key, Broker.LogsOf(topic).Count);
        RecordHeader[] headers = [.. record.Headers.Select(header => new RecordHeader(header.Name, Copy(header.Value)))];
        return new ModelRecord(
            new TopicPartition(record.Topic, partition), sequence++, Copy(record.Key), Copy(record.Value), headers, record.TimestampMilliseconds,
            record.Stored);
    }

    // Offsets that come from nobody say only by their topic whose they are.
    private string GroupOf(PartitionOffset[] offsets) =>
        offsets[0].Partition.Topic == process.Settings.RepartitionTopic ? process.Settings.ImagesGroup : process.Settings.ApplicationId;

    private static ReadOnlyMemory<byte>? Copy(ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } some)
            return null;
        return some.ToArray();
    }

    private static int PartitionOf(ReadOnlyMemory<byte>? key, int partitions)
    {
        var hash = 17;
        foreach (var one in key.GetValueOrDefault().Span)
            hash = unchecked((hash * 31) + one);
        return (hash & int.MaxValue) % partitions;
    }

    // Sends what waits. False when the broker does not take it now.
    private bool Send()
    {
        if (waiting.Count == 0)
            return true;
        if (Broker.IsDown)
            return false;
        var isTaken = true;
        if (id is not null)
            Guarded(() => isTaken = Join());
        if (!isTaken)
            return false;
        foreach (var record in waiting)
        {
            if (record.To.Topic == ModelBroker.FinalTopic && record.Value.GetValueOrDefault().Length > Broker.MaxFinalBytes)
            {
                Fail("MsgSizeTooLarge");
                continue;
            }
            var log = Broker.Log(record.To);
            if (log.Append(record, transaction?.ProducerId ?? -1, epoch, id is not null))
                record.Stored?.Invoke(log.End - 1);
            if (transaction is null)
                continue;
            transaction.Partitions.Add(record.To);
            transaction.Records++;
        }
        waiting.Clear();
        Broker.Changed();
        return true;
    }

    private bool Join() => hasJoined = Broker.Transactions.Join(transaction!, epoch) || hasJoined; // initialised before

    private void Fail(string code)
    {
        if (state is ProducerState.Open)
            state = ProducerState.MustAbort;
        failed ??= code;
    }

    private void ThrowIfFailed(string what)
    {
        if (state == ProducerState.MustAbort)
            throw Wrong(what);
    }

    private void Guarded(Action request)
    {
        try
        {
            request();
        }
        catch (ClientException exception) when (exception.ErrorClass == ClientErrorClass.Fenced)
        {
            state = ProducerState.Fenced;
            throw;
        }
        catch (ClientException exception) when (exception.ErrorClass == ClientErrorClass.RequiresAbort && state != ProducerState.Fenced)
        {
            state = ProducerState.MustAbort;
            throw;
        }
    }

    private ClientException Wrong(string what) => state switch
    {
        ProducerState.Fenced => Refusal.Fenced(what),
        ProducerState.MustAbort => Refusal.MustAbort(what, failed ?? "Local_State"),
        _ => Refusal.Erroneous(what, $"it is {state}."),
    };
}

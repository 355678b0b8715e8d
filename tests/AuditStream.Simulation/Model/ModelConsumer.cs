using System.Globalization;
using AuditStream.Core.Flow;
using AuditStream.Simulation.Faults;
using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Model;

/// <summary>The consumer port over the model: serves the group inside of a poll, and lends one record at a time.</summary>
internal sealed class ModelConsumer(ModelProcess process, string clientId, IReadOnlyDictionary<string, string> settings) : IStreamConsumer
{
    private readonly SortedDictionary<TopicPartition, ConsumerPlace> places = [];
    private readonly bool isReadCommitted = settings["isolation.level"] == "read_committed";
    private IRebalanceListener? listener;
    private (TopicPartition Partition, LogEntry Entry)? late;
    private byte[] lent = [];
    private int generation;
    private bool isClosed;

    /// <summary>What it is in the group; null before it has joined.</summary>
    internal GroupMember? Member { get; private set; }

    /// <summary>After how much silence it is taken for dead.</summary>
    internal TimeSpan SessionTimeout { get; } =
        TimeSpan.FromMilliseconds(long.Parse(settings["session.timeout.ms"], CultureInfo.InvariantCulture));

    private ModelBroker Broker => process.Broker;

    private bool MustRejoin => Broker.Group.IsRebalancing && Member is { HasJoined: false };

    /// <inheritdoc/>
    public void Subscribe(IReadOnlyList<string> topics, IRebalanceListener listener)
    {
        process.ThrowIfDead();
        this.listener = listener;
        Member = Broker.Group.Join(clientId);
    }

    /// <inheritdoc/>
    public bool Poll(TimeSpan wait, out RawRecord record)
    {
        Array.Fill(lent, (byte)'#');
        record = default;
        process.At(Call.Poll, isAfter: false);
        var end = process.Now + wait;
        while (true)
        {
            if (!Broker.IsDown && ServeGroup())
                return false;
            if (!Broker.IsDown && TryDeliver(out record))
            {
                process.History.Delivered++;
                process.At(Call.Poll, isAfter: true);
                return true;
            }
            if (process.Now >= end)
                return false;
            process.Wait(end - process.Now, HasNews);
        }
    }

    /// <inheritdoc/>
    public void Seek(PartitionOffset place)
    {
        process.At(Call.Seek, isAfter: false);
        Owned(place.Partition, "Seeking").Next = place.NextOffset;
        process.At(Call.Seek, isAfter: true);
    }

    /// <inheritdoc/>
    public void Pause(IReadOnlyCollection<TopicPartition> partitions)
    {
        process.ThrowIfDead();
        foreach (var partition in partitions)
            Owned(partition, "Pausing").IsPaused = true;
    }

    /// <inheritdoc/>
    public void Resume(IReadOnlyCollection<TopicPartition> partitions)
    {
        process.ThrowIfDead();
        foreach (var partition in partitions)
            Owned(partition, "Resuming").IsPaused = false;
    }

    /// <inheritdoc/>
    public long? Position(TopicPartition partition) => places.GetValueOrDefault(partition)?.Next;

    /// <inheritdoc/>
    public IReadOnlyDictionary<TopicPartition, long?> Committed(IReadOnlyCollection<TopicPartition> partitions, TimeSpan wait)
    {
        process.WaitFor(() => !isReadCommitted || !partitions.Any(Broker.Group.IsPending), wait, "Asking for committed offsets");
        return partitions.ToDictionary(partition => partition, Broker.Group.Committed);
    }

    /// <inheritdoc/>
    public long? HighWatermark(TopicPartition partition) => places.ContainsKey(partition) ? Broker.Log(partition).End : null;

    /// <inheritdoc/>
    public void Commit(IReadOnlyCollection<PartitionOffset> offsets)
    {
        var membership = new ModelMembership(Member, generation);
        var taken = offsets.ToArray();
        process.Ask(Call.OffsetCommit, TimeSpan.FromSeconds(5), () => Broker.Group.Commit(membership, taken));
    }

    /// <inheritdoc/>
    public void Close()
    {
        if (isClosed)
            return;
        process.At(Call.Close, isAfter: false);
        isClosed = true;
        if (Member is not { } member)
            return;
        Release(member.IsIn);
        Broker.Group.Leave(member);
        process.At(Call.Close, isAfter: true);
    }

    /// <inheritdoc/>
    public void Dispose() => isClosed = true;

    private bool HasNews() => Member is not { IsIn: true, Given: null } || MustRejoin
        || places.Any(place => !place.Value.IsPaused && NextOf(place.Key, place.Value) is not null);

    // True when the listener was told something.
    private bool ServeGroup()
    {
        if (Member is not { } member)
            return false;
        if (!member.IsIn)
        {
            Release(isIn: false);
            Member = Broker.Group.Join(clientId);
            return true;
        }
        if (MustRejoin)
        {
            Release(isIn: true);
            member.Given = null;
            if (member.IsIn)
                Broker.Group.Rejoin(member);
            return true;
        }
        if (member.Given is not { } given)
            return false;
        (member.Given, late) = (null, null);
        generation = Broker.Group.Generation;
        foreach (var partition in given)
            places.Add(partition, new ConsumerPlace());
        Tell(Call.Assigned, () => listener!.Assigned(given, new ModelMembership(member, generation))); // Subscribe set it
        return true;
    }

    private void Release(bool isIn)
    {
        if (places.Count == 0)
            return;
        TopicPartition[] owned = [.. places.Keys];
        if (isIn)
        {
            Tell(Call.Revoked, () => listener!.Revoked(owned)); // Subscribe set it
        }
        else
        {
            Member!.WasToldLost = true; // Release is called for members only
            Tell(Call.Lost, () => listener!.Lost(owned)); // Subscribe set it
        }

        // A record that was fetched already may still come.
        if (Broker.Random.Next(4) == 0)
        {
            var (partition, place) = places.ElementAt(Broker.Random.Next(places.Count));
            late = NextOf(partition, place) is { } entry ? (partition, entry) : null;
        }
        places.Clear();
    }

    private void Tell(Call call, Action callback)
    {
        process.At(call, isAfter: false);
        callback();
        process.At(call, isAfter: true);
    }

    private bool TryDeliver(out RawRecord record)
    {
        record = default;
        if (late is { } stray)
        {
            late = null;
            record = Lend(stray.Partition, stray.Entry);
            return true;
        }
        var (count, chosen, found) = (0, default(TopicPartition), default(LogEntry));
        foreach (var (partition, place) in places)
        {
            if (!place.IsPaused && NextOf(partition, place) is { } entry && Broker.Random.Next(++count) == 0)
                (chosen, found) = (partition, entry);
        }
        if (found is null)
            return false;
        places[chosen].Next = found.Offset + 1;
        record = Lend(chosen, found);
        return true;
    }

    // Where the group has no offset the beginning; while a transaction holds one, a reader of committed records waits.
    private LogEntry? NextOf(TopicPartition partition, ConsumerPlace place)
    {
        if (place.Next is null && !(isReadCommitted && Broker.Group.IsPending(partition)))
            place.Next = Broker.Group.Committed(partition) ?? 0;
        return place.Next is { } next ? Broker.Log(partition).Read(next, isReadCommitted) : null;
    }

    private ConsumerPlace Owned(TopicPartition partition, string what) =>
        places.GetValueOrDefault(partition) ?? throw Refusal.Erroneous(what, $"{partition} is not owned.");

    private RawRecord Lend(TopicPartition partition, LogEntry entry)
    {
        ReadOnlyMemory<byte>? value = null;
        if (entry.Value is { } bytes)
            value = lent = bytes.ToArray();
        return new RawRecord
        {
            Topic = partition.Topic,
            Partition = partition.Partition,
            Offset = entry.Offset,
            TimestampMilliseconds = entry.TimestampMilliseconds,
            Key = entry.Key,
            Value = value,
            Headers = entry.Headers,
        };
    }
}

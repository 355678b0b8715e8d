using System.Globalization;
using AuditStream.Core.Flow;
using AuditStream.Simulation.Faults;
using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Model;

/// <summary>The consumer port over the model: serves the group inside of a poll, and lends one record at a time.</summary>
internal sealed class ModelConsumer : IStreamConsumer
{
    private readonly ModelProcess process;
    private readonly SortedDictionary<TopicPartition, ConsumerPlace> places = [];
    private readonly IReadOnlyDictionary<string, string> settings;
    private readonly GroupCoordinator group;
    private readonly bool isReadCommitted;
    private readonly TimeSpan longestBetweenPolls;
    private readonly Func<bool> hasNews;
    private Subscription? subscription;
    private IRebalanceListener? listener;
    private (TopicPartition Partition, LogEntry Entry)? late;
    private byte[] lent = [];
    private int generation;
    private TimeSpan polledAt;
    private bool hasPolledLate;
    private bool isClosed;

    internal ModelConsumer(ModelProcess process, string clientId, IReadOnlyDictionary<string, string> settings)
    {
        this.process = process;
        this.settings = settings;
        ClientId = clientId;
        group = process.Broker.Group(settings["group.id"]);
        isReadCommitted = settings["isolation.level"] == "read_committed";
        SessionTimeout = Milliseconds("session.timeout.ms");
        longestBetweenPolls = Milliseconds("max.poll.interval.ms");
        hasNews = HasNews;
    }

    internal string ClientId { get; }

    /// <summary>What it is in the group; null before it has joined.</summary>
    internal GroupMember? Member { get; private set; }

    /// <summary>After how much silence it is taken for dead.</summary>
    internal TimeSpan SessionTimeout { get; }

    private ModelBroker Broker => process.Broker;

    private bool MustRejoin => group.IsRebalancing && Member is { HasJoined: false };

    /// <inheritdoc/>
    public void Subscribe(IReadOnlyList<string> topics, IRebalanceListener listener)
    {
        process.ThrowIfDead();
        this.listener = listener;
        subscription = Subscription.Of(topics, settings);
        Member = group.Join(ClientId, subscription);
        polledAt = process.Now;
        WatchPolls(longestBetweenPolls);
    }

    /// <inheritdoc/>
    public bool Poll(TimeSpan wait, out RawRecord record)
    {
        Array.Fill(lent, (byte)'#');
        record = default;
        process.At(Call.Poll, isAfter: false);
        polledAt = process.Now;
        if (hasPolledLate)
        {
            hasPolledLate = false;
            throw new ClientException(ClientErrorClass.Rebalanced, "Local_MaxPollExceeded", "Consuming failed: polled too rarely.");
        }
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
            polledAt = process.Now;
            if (process.Now >= end)
                return false;
            process.Wait(end - process.Now, hasNews);
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
        process.WaitFor(() => !isReadCommitted || !partitions.Any(group.IsPending), wait, "Asking for committed offsets");
        return partitions.ToDictionary(partition => partition, group.Committed);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Members(TimeSpan wait)
    {
        if (!process.History.MayDescribe)
            throw new ClientException(ClientErrorClass.Fatal, "GroupAuthorizationFailed", "Asking for members failed: it is not allowed.");
        IReadOnlyList<string> members = [];
        process.Ask(Call.Members, wait, () => members = [.. group.Members.Select(member => member.ClientId)]);
        return members;
    }

    /// <inheritdoc/>
    public long? HighWatermark(TopicPartition partition) => places.GetValueOrDefault(partition)?.Log.End;

    /// <inheritdoc/>
    public long? LowWatermark(TopicPartition partition) => places.ContainsKey(partition) ? 0 : null;

    /// <inheritdoc/>
    public void Commit(IReadOnlyCollection<PartitionOffset> offsets)
    {
        var membership = new ModelMembership(Member, generation);
        var taken = offsets.ToArray();
        process.Ask(Call.OffsetCommit, TimeSpan.FromSeconds(5), () => group.Commit(membership, taken));
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
        Release([.. places.Keys], member.IsIn);
        if (subscription is { Instance: null })
            group.Leave(member);
        else if (member.IsIn)
            group.Miss(member, SessionTimeout);
        process.At(Call.Close, isAfter: true);
    }

    /// <inheritdoc/>
    public void Dispose() => isClosed = true;

    private bool HasNews()
    {
        if (Member is not { IsIn: true, Given: null } || MustRejoin)
            return true;
        foreach (var (partition, place) in places)
        {
            if (!place.IsPaused && NextOf(partition, place) is not null)
                return true;
        }
        return false;
    }

    // The client itself leaves when nobody has asked it for records in time.
    private void WatchPolls(TimeSpan time) => Broker.After(time, () =>
    {
        if (isClosed || process.IsDead)
            return;
        var due = process.IsFrozen ? longestBetweenPolls : polledAt + longestBetweenPolls - process.Now;
        if (due <= TimeSpan.Zero)
        {
            due = longestBetweenPolls;
            if (Member is { IsIn: true } member)
            {
                hasPolledLate = true;
                Broker.Note($"{member.Id} was not polled for {longestBetweenPolls.TotalSeconds} s and leaves");
                process.History.PolledLate(ClientId, polledAt);
                group.Leave(member);
            }
        }
        WatchPolls(due);
    });

    // True when the listener was told something.
    private bool ServeGroup()
    {
        if (Member is not { } member)
            return false;
        if (member.IsReplaced)
            throw new ClientException(ClientErrorClass.Fenced, "FencedInstanceId", "Consuming failed: another one has come under this name.");
        if (!member.IsIn)
        {
            Release([.. places.Keys], isIn: false);
            Member = group.Join(ClientId, member.Subscription);
            return true;
        }
        if (MustRejoin)
            return Rejoin(member);
        if (member.Given is not { } given)
            return false;
        (member.Given, late) = (null, null);
        TopicPartition[] gone = [.. places.Keys.Where(partition => !given.Contains(partition))];
        generation = group.Generation;
        if (gone.Length > 0)
            listener!.Assigned([], new ModelMembership(member, generation)); // Subscribe set it
        Release(gone, isIn: true);
        if (!member.IsIn)
            return true;
        TopicPartition[] added = [.. given.Where(partition => !places.ContainsKey(partition))];
        foreach (var partition in added)
            places.Add(partition, new ConsumerPlace(Broker.Log(partition)));
        Tell(Call.Assigned, () => listener!.Assigned(added, new ModelMembership(member, generation))); // Subscribe set it
        if (gone.Length > 0)
            group.Rebalance(); // what was given back has no owner yet
        return true;
    }

    private bool Rejoin(GroupMember member)
    {
        member.Given = null;
        if (member.Subscription.IsCooperative)
        {
            group.Rejoin(member, [.. places.Keys]);
            return false;
        }
        Release([.. places.Keys], isIn: true);
        if (member.IsIn)
            group.Rejoin(member, []);
        return true;
    }

    private void Release(IReadOnlyList<TopicPartition> owned, bool isIn)
    {
        if (owned.Count == 0)
            return;
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
            var partition = owned[Broker.Random.Next(owned.Count)];
            late = NextOf(partition, places[partition]) is { } entry ? (partition, entry) : null;
        }
        foreach (var partition in owned)
            places.Remove(partition);
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
        var (count, chosen, found) = (0, default(ConsumerPlace), default(LogEntry));
        foreach (var (partition, place) in places)
        {
            if (!place.IsPaused && NextOf(partition, place) is { } entry && Broker.Random.Next(++count) == 0)
                (chosen, found) = (place, entry);
        }
        if (found is null || chosen is null)
            return false;
        chosen.Next = found.Offset + 1;
        record = Lend(chosen.Log.Partition, found);
        return true;
    }

    // Where the group has no offset the beginning; while a transaction holds one, a reader of committed records waits.
    private LogEntry? NextOf(TopicPartition partition, ConsumerPlace place)
    {
        if (place.Next is null && !(isReadCommitted && group.IsPending(partition)))
            place.Next = group.Committed(partition) ?? 0;
        return place.Next is { } next ? place.Log.Read(next, isReadCommitted) : null;
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

    private TimeSpan Milliseconds(string name) => TimeSpan.FromMilliseconds(long.Parse(settings[name], CultureInfo.InvariantCulture));
}

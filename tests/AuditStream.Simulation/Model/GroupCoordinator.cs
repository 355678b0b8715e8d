using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Model;

/// <summary>A consumer group: members, generations, eager and cooperative rebalances, members that come back under their name, offsets, and
/// offsets of transactions that have not ended.</summary>
internal sealed class GroupCoordinator(ModelBroker broker, string id)
{
    private readonly List<GroupMember> members = [];
    private readonly SortedDictionary<TopicPartition, long> offsets = [];
    private readonly SortedDictionary<long, Dictionary<TopicPartition, long>> pending = [];
    private int joined;
    private int assigned;

    internal string Id => id;

    /// <summary>Rises with each assignment.</summary>
    internal int Generation { get; private set; }

    /// <summary>True while members are to join again.</summary>
    internal bool IsRebalancing { get; private set; }

    /// <summary>Who is in it.</summary>
    internal IReadOnlyList<GroupMember> Members => members;

    /// <summary>A new member, or one that comes back under its name.</summary>
    internal GroupMember Join(string clientId, Subscription subscription)
    {
        var member = new GroupMember(this, clientId, ++joined, subscription);
        if (subscription.Instance is { } name && members.Find(one => one.Subscription.Instance == name) is { } before)
        {
            Replace(before, member);
            return member;
        }
        Begin();
        members.Add(member);
        Complete();
        return member;
    }

    /// <summary>A member goes on to the next generation.</summary>
    /// <param name="member">The member.</param>
    /// <param name="owned">What it keeps meanwhile.</param>
    internal void Rejoin(GroupMember member, IReadOnlyCollection<TopicPartition> owned)
    {
        member.HasJoined = true;
        member.Owned = owned;
        Complete();
    }

    /// <summary>A member goes, or is taken for dead.</summary>
    internal void Leave(GroupMember member)
    {
        if (!member.IsIn)
            return;
        member.IsIn = false;
        members.Remove(member);
        Rebalance();
    }

    /// <summary>Everybody joins again.</summary>
    internal void Rebalance()
    {
        Begin();
        Complete();
    }

    /// <summary>Clients see which topics there are now.</summary>
    internal void SeeTopics()
    {
        if (members.Count > 0 && Wanted().Count() != assigned)
            Rebalance();
    }

    /// <summary>Nothing is heard of a member from now on, until <see cref="Hear"/>.</summary>
    internal void Miss(GroupMember member, TimeSpan sessionTimeout)
    {
        var silence = ++member.Silence;
        broker.After(sessionTimeout - broker.Up(sessionTimeout / 4), () =>
        {
            if (member.Silence != silence || !member.IsIn)
                return;
            broker.Note($"session of {member.Id} timed out");
            Leave(member);
        });
    }

    /// <summary>A member is heard of again.</summary>
    internal static void Hear(GroupMember member) => member.Silence++;

    /// <summary>Commits offsets outside of a transaction.</summary>
    internal void Commit(ModelMembership membership, IEnumerable<PartitionOffset> committed)
    {
        if (Refused(membership) is { } code)
            throw new ClientException(ClientErrorClass.Rebalanced, code, $"Committing offsets failed: {code}.");
        foreach (var offset in committed)
            offsets[offset.Partition] = offset.NextOffset;
    }

    /// <summary>Takes offsets that count once their transaction is committed.</summary>
    /// <returns>Why they are refused; null when they are not.</returns>
    internal string? Pend(long producerId, ModelMembership membership, IEnumerable<PartitionOffset> sent)
    {
        if (Refused(membership) is { } code)
            return code;
        if (!pending.TryGetValue(producerId, out var mine))
            pending.Add(producerId, mine = []);
        foreach (var offset in sent)
            mine[offset.Partition] = offset.NextOffset;
        return null;
    }

    /// <summary>A transaction has ended.</summary>
    internal void End(long producerId, bool isCommit)
    {
        if (!pending.Remove(producerId, out var mine) || !isCommit)
            return;
        foreach (var (partition, offset) in mine)
            offsets[partition] = offset;
    }

    /// <summary>True while a transaction that has not ended holds an offset of the partition.</summary>
    internal bool IsPending(TopicPartition partition)
    {
        foreach (var mine in pending.Values)
        {
            if (mine.ContainsKey(partition))
                return true;
        }
        return false;
    }

    /// <summary>The committed offset; null where there is none.</summary>
    internal long? Committed(TopicPartition partition) => offsets.TryGetValue(partition, out var offset) ? offset : null;

    // An empty member id without a generation is a simple consumer's: the coordinator does not check it.
    private string? Refused(ModelMembership membership) =>
        membership.Member is not { } member ? null
        : member.IsReplaced ? "FencedInstanceId"
        : !member.IsIn ? "UnknownMemberId"
        : membership.Generation != Generation ? "IllegalGeneration"
        : null;

    // Under a name that is known nothing moves: the new one has what the old one had, in the same generation, and the old one is refused.
    private void Replace(GroupMember before, GroupMember member)
    {
        members[members.IndexOf(before)] = member;
        (before.IsIn, before.IsReplaced) = (false, true);
        member.Assignment = before.Assignment;
        if (!IsRebalancing)
            member.Given = before.Assignment;
        Complete();
    }

    private void Begin()
    {
        if (IsRebalancing)
            return;
        IsRebalancing = true;
        foreach (var member in members)
            member.HasJoined = false;
        broker.Changed();
    }

    private void Complete()
    {
        if (!IsRebalancing || members.Exists(member => !member.HasJoined))
            return;
        IsRebalancing = false;
        if (members.Count == 0)
            return;
        Generation++;
        var given = members.ConvertAll(_ => new List<TopicPartition>());
        if (members.TrueForAll(member => member.Subscription.IsCooperative))
            AssignCooperatively(given);
        else
            AssignInTurn(given);
        for (var index = 0; index < members.Count; index++)
            members[index].Given = members[index].Assignment = given[index];
        broker.Note($"{id} generation {Generation}: {string.Join("; ", members.Select((member, index) => $"{member.Id} {string.Join(' ', given[index])}"))}");
        broker.Changed();
    }

    private IEnumerable<TopicPartition> Wanted() => broker.Logs.Select(log => log.Partition)
        .Where(partition => members.Exists(member => member.Subscription.Wants(broker, partition)));

    private void AssignInTurn(List<List<TopicPartition>> given)
    {
        var next = broker.Random.Next(members.Count);
        assigned = 0;
        foreach (var partition in Wanted())
        {
            assigned++;
            while (!members[next % members.Count].Subscription.Wants(broker, partition))
                next++;
            given[next++ % members.Count].Add(partition);
        }
    }

    // Who owns keeps it up to a fair share; what is to move goes to nobody until it was given back.
    private void AssignCooperatively(List<List<TopicPartition>> given)
    {
        TopicPartition[] wanted = [.. Wanted()];
        assigned = wanted.Length;
        var share = (wanted.Length + members.Count - 1) / members.Count;
        var counts = new int[members.Count];
        foreach (var partition in wanted)
        {
            var owner = members.FindIndex(member => member.Owned.Contains(partition));
            if (owner >= 0 && counts[owner] < share)
            {
                counts[owner]++;
                given[owner].Add(partition);
                continue;
            }
            var least = Array.IndexOf(counts, counts.Min());
            counts[least]++;
            if (owner < 0)
                given[least].Add(partition);
        }
    }
}

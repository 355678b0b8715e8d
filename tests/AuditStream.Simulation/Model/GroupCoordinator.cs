using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Model;

/// <summary>The consumer group: members, generations, eager rebalances, offsets, and offsets of transactions that have not ended.</summary>
internal sealed class GroupCoordinator(ModelBroker broker)
{
    private readonly List<GroupMember> members = [];
    private readonly SortedDictionary<TopicPartition, long> offsets = [];
    private readonly SortedDictionary<long, Dictionary<TopicPartition, long>> pending = [];
    private int joined;

    /// <summary>Rises with each assignment.</summary>
    internal int Generation { get; private set; }

    /// <summary>True while members are to give everything back and join again.</summary>
    internal bool IsRebalancing { get; private set; }

    /// <summary>A new member.</summary>
    internal GroupMember Join(string clientId)
    {
        Begin();
        var member = new GroupMember($"{clientId}/{++joined}");
        members.Add(member);
        Complete();
        return member;
    }

    /// <summary>A member has given back what it had, and goes on.</summary>
    internal void Rejoin(GroupMember member)
    {
        member.HasJoined = true;
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

    /// <summary>Everybody gives everything back and joins again.</summary>
    internal void Rebalance()
    {
        Begin();
        Complete();
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
    internal bool IsPending(TopicPartition partition) => pending.Values.Any(mine => mine.ContainsKey(partition));

    /// <summary>The committed offset; null where there is none.</summary>
    internal long? Committed(TopicPartition partition) => offsets.TryGetValue(partition, out var offset) ? offset : null;

    // An empty member id without a generation is a simple consumer's: the coordinator does not check it.
    private string? Refused(ModelMembership membership) =>
        membership.Member is not { } member ? null
        : !member.IsIn ? "UnknownMemberId"
        : membership.Generation != Generation ? "IllegalGeneration"
        : null;

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
        var first = broker.Random.Next(members.Count);
        var given = members.ConvertAll(_ => new List<TopicPartition>());
        foreach (var (partition, index) in broker.RawPartitions.Select((partition, index) => (partition, index)))
            given[(first + index) % members.Count].Add(partition);
        for (var index = 0; index < members.Count; index++)
            members[index].Given = given[index];
        broker.Note($"generation {Generation}: {string.Join("; ", members.Select((member, index) => $"{member.Id} {string.Join(' ', given[index])}"))}");
        broker.Changed();
    }
}

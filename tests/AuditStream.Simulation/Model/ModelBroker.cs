using System.Text.RegularExpressions;
using AuditStream.Simulation.Time;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;

namespace AuditStream.Simulation.Model;

/// <summary>The broker: topics, groups, transactions. As much of Kafka as the pipeline can tell apart.</summary>
internal sealed class ModelBroker
{
    internal const string RawTopic = "raw";
    internal const string FinalTopic = "audit.events";
    internal const string DeadLetterTopic = "audit.events.dlq";
    internal const int FinalPartitions = 3;

    /// <summary>How long a client may take to see that there are more topics or partitions.</summary>
    private static readonly TimeSpan metadataRefresh = TimeSpan.FromSeconds(10);

    private readonly Scheduler scheduler;
    private readonly Action<string> note;
    private readonly SortedDictionary<string, List<PartitionLog>> topics = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, GroupCoordinator> groups = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Entry, string Topic), bool> matches = [];
    private TimeSpan downUntil;

    internal ModelBroker(Scheduler scheduler, Random random, Action<string> note)
    {
        this.scheduler = scheduler;
        this.note = note;
        Random = random;
        Transactions = new TransactionCoordinator(this);
    }

    /// <summary>What all chance comes from.</summary>
    internal Random Random { get; }

    internal TransactionCoordinator Transactions { get; }

    /// <summary>The largest value that the final topic takes, in bytes.</summary>
    internal int MaxFinalBytes { get; } = 2048;

    /// <summary>How long a record of a changelog takes at most.</summary>
    internal TimeSpan SlowestChangelogRecord { get; init; }

    /// <summary>True while nobody gets an answer.</summary>
    internal bool IsDown => scheduler.Now < downUntil;

    /// <summary>All logs, in order.</summary>
    internal IEnumerable<PartitionLog> Logs => topics.Values.SelectMany(logs => logs);

    /// <summary>All topics.</summary>
    internal IEnumerable<string> Topics => topics.Keys;

    /// <summary>All groups that anybody asked for.</summary>
    internal IEnumerable<GroupCoordinator> Groups => groups.Values;

    internal GroupCoordinator Group(string id)
    {
        if (!groups.TryGetValue(id, out var group))
            groups.Add(id, group = new GroupCoordinator(this, id));
        return group;
    }

    internal PartitionLog Log(TopicPartition partition) => topics[partition.Topic][partition.Partition];

    /// <summary>The partitions of a topic; empty when there is none of that name.</summary>
    internal IReadOnlyList<PartitionLog> LogsOf(string topic) => topics.TryGetValue(topic, out var logs) ? logs : [];

    /// <summary>More partitions of a topic, which is new or not: clients see them some time later.</summary>
    internal void AddPartitions(string topic, int count)
    {
        if (!topics.TryGetValue(topic, out var logs))
            topics.Add(topic, logs = []);
        for (var added = 0; added < count; added++)
            logs.Add(new PartitionLog(new TopicPartition(topic, logs.Count)));
        foreach (var group in groups.Values)
            After(Up(metadataRefresh), group.SeeTopics);
    }

    /// <summary>True when a subscription's entry means a topic: a name, or an expression that begins with <c>^</c>.</summary>
    internal bool Means(string entry, string topic)
    {
        if (entry.Length == 0 || entry[0] != '^')
            return entry == topic;
        if (!matches.TryGetValue((entry, topic), out var does))
            matches.Add((entry, topic), does = Regex.IsMatch(topic, entry, RegexOptions.CultureInvariant));
        return does;
    }

    /// <summary>Nobody gets an answer for so long.</summary>
    internal void GoDown(TimeSpan time)
    {
        downUntil = scheduler.Now + time;
        After(time, Changed);
    }

    /// <summary>Any time from nothing to this.</summary>
    internal TimeSpan Up(TimeSpan to) => to * Random.NextDouble();

    internal void After(TimeSpan time, Action action) => scheduler.After(time, action);

    internal void Changed() => scheduler.Changed();

    internal void Note(string line) => note(line);
}

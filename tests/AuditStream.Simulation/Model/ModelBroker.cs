using AuditStream.Simulation.Time;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;

namespace AuditStream.Simulation.Model;

/// <summary>The broker: logs, one group, transactions. As much of Kafka as the loop can tell apart.</summary>
internal sealed class ModelBroker
{
    internal const string RawTopic = "raw";
    internal const string FinalTopic = "audit.events";
    internal const string DeadLetterTopic = "audit.events.dlq";
    internal const int FinalPartitions = 3;

    private readonly Scheduler scheduler;
    private readonly Action<string> note;
    private readonly SortedDictionary<TopicPartition, PartitionLog> logs = [];
    private TimeSpan downUntil;

    internal ModelBroker(Scheduler scheduler, Random random, StreamsSettings settings, Action<string> note)
    {
        this.scheduler = scheduler;
        this.note = note;
        Random = random;
        Group = new GroupCoordinator(this);
        Transactions = new TransactionCoordinator(this);
        RawPartitions = [.. Enumerable.Range(0, settings.ImagePartitions)
            .Select(partition => new TopicPartition(settings.KeepsImages ? settings.RepartitionTopic : RawTopic, partition))];
        foreach (var partition in RawPartitions)
        {
            logs.Add(partition, new PartitionLog());
            logs.Add(partition with { Topic = settings.ChangelogTopic }, new PartitionLog());
        }
        for (var partition = 0; partition < FinalPartitions; partition++)
            logs.Add(new TopicPartition(FinalTopic, partition), new PartitionLog());
        logs.Add(new TopicPartition(DeadLetterTopic, 0), new PartitionLog());
        for (var partition = 0; partition < settings.TaskPartitions; partition++)
            logs.Add(new TopicPartition(settings.TasksTopic, partition), new PartitionLog());
    }

    /// <summary>What all chance comes from.</summary>
    internal Random Random { get; }

    internal GroupCoordinator Group { get; }

    internal TransactionCoordinator Transactions { get; }

    /// <summary>What the loop reads: raw topics, or the repartition topic where it keeps images.</summary>
    internal IReadOnlyList<TopicPartition> RawPartitions { get; }

    /// <summary>The largest value that the final topic takes, in bytes.</summary>
    internal int MaxFinalBytes { get; } = 1024;

    /// <summary>True while nobody gets an answer.</summary>
    internal bool IsDown => scheduler.Now < downUntil;

    /// <summary>All logs.</summary>
    internal IReadOnlyDictionary<TopicPartition, PartitionLog> Logs => logs;

    internal PartitionLog Log(TopicPartition partition) => logs[partition];

    /// <summary>A partition's place in a topic.</summary>
    internal IEnumerable<PartitionLog> LogsOf(string topic) => logs.Where(log => log.Key.Topic == topic).Select(log => log.Value);

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

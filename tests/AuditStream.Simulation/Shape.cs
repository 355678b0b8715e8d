using AuditStream.Simulation.Faults;
using AuditStream.Simulation.Model;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tasks;

namespace AuditStream.Simulation;

/// <summary>What a history is of: which sub-topologies, in which processes, under which settings. Drawn from its seed.</summary>
internal sealed class Shape
{
    private static readonly string[][] pipelines =
    [
        [TaskId.Normalize],
        [TaskId.Normalize],
        [TaskId.Images],
        [TaskId.Images],
        [TaskId.Normalize, TaskId.Sink],
        [TaskId.Normalize, TaskId.Images, TaskId.Sink],
        [TaskId.Normalize, TaskId.Images, TaskId.Sink],
    ];

    private static readonly string[] patterns = ["raw-.*", "raw.*", ".*"];

    /// <summary>Draws one.</summary>
    internal Shape(Random random)
    {
        SubTopologies = pipelines[random.Next(pipelines.Length)];
        var isWhole = SubTopologies.Count > 2;
        HasRolesApart = isWhole && random.Next(3) == 0;
        Threads = random.Next(3) == 0 ? 2 : 1;
        Grows = Normalizes && random.Next(3) == 0;
        Instances = HasRolesApart ? SubTopologies.Count + random.Next(2) : 2 + random.Next(Threads == 1 ? 2 : 1);
        var isOftenPolled = random.Next(4) == 0;
        Settings = new StreamsSettings
        {
            BootstrapServers = "model",
            ApplicationId = "audit",
            ProcessId = "none",
            RawTopics = [ModelBroker.RawTopic],
            RawPattern = Grows ? patterns[random.Next(patterns.Length)] : null,
            FinalTopic = ModelBroker.FinalTopic,
            DeadLetterTopic = ModelBroker.DeadLetterTopic,
            FinalPartitions = ModelBroker.FinalPartitions,
            MaxTransactionRecords = 1 + random.Next(random.Next(2) == 0 ? 8 : 60),
            KeepsImages = KeepsImages,
            ImagesOnDisk = KeepsImages && random.Next(3) > 0,
            ImagePartitions = 3 + random.Next(2),
            SinkBatchRows = 1 + random.Next(40),
            LedgerIntervalMilliseconds = 500 * (1 + random.Next(12)),
            Rebalance = random.Next(3) == 0 ? RebalanceProtocol.Cooperative : RebalanceProtocol.Eager,
            Client = isOftenPolled ? new Dictionary<string, string> { ["consumer.max.poll.interval.ms"] = "6000" } : new Dictionary<string, string>(),

            // The images' loop under at_least_once is not tried: an event may then tell of an image that is later than itself.
            Guarantee = !KeepsImages && random.Next(6) == 0 ? ProcessingGuarantee.AtLeastOnce : ProcessingGuarantee.ExactlyOnceV2,
        };
        RawPartitions = 3 + random.Next(2);
        SharesDisk = Settings.ImagesOnDisk && random.Next(3) == 0;
        SlowestChangelogRecord = isOftenPolled ? TimeSpan.FromMilliseconds(200) : TimeSpan.Zero;
        MayDescribe = random.Next(6) != 0;
    }

    /// <summary>True where who the members of a group are may be asked for: where not, a dead owner's transaction ends by its time-out.</summary>
    internal bool MayDescribe { get; }

    /// <summary>The sub-topologies that run.</summary>
    internal IReadOnlyList<string> SubTopologies { get; }

    /// <summary>True when each process runs one of them.</summary>
    internal bool HasRolesApart { get; }

    /// <summary>Threads of normalize, and of images, in each process that runs them.</summary>
    internal int Threads { get; }

    /// <summary>How many instances there are in the beginning.</summary>
    internal int Instances { get; }

    /// <summary>True when there come more topics and partitions.</summary>
    internal bool Grows { get; }

    /// <summary>True when all instances keep row images in one folder. In the product they do not start; here it makes each pair of them what
    /// two threads of one process are, between which partitions move.</summary>
    internal bool SharesDisk { get; }

    /// <summary>Partitions of the raw topic in the beginning.</summary>
    internal int RawPartitions { get; }

    /// <summary>How long a record of a changelog takes at most: where much is to be restored between few polls.</summary>
    internal TimeSpan SlowestChangelogRecord { get; }

    internal StreamsSettings Settings { get; }

    internal bool Normalizes => SubTopologies.Contains(TaskId.Normalize);

    internal bool KeepsImages => SubTopologies.Contains(TaskId.Images);

    internal bool Stores => SubTopologies.Contains(TaskId.Sink);

    internal bool IsExactlyOnce => Settings.Guarantee == ProcessingGuarantee.ExactlyOnceV2;

    /// <summary>Where the source writes: raw topics, or the repartition topic where nothing normalizes.</summary>
    internal string SourceTopic => Normalizes ? ModelBroker.RawTopic : Settings.RepartitionTopic;

    /// <summary>What an instance runs.</summary>
    internal IReadOnlyList<string> RolesOf(int instance) =>
        HasRolesApart ? [SubTopologies[(instance - 1) % SubTopologies.Count]] : SubTopologies;

    /// <summary>Which groups read what, by topic's name.</summary>
    internal IEnumerable<(string Group, Func<string, bool> Reads)> Groups()
    {
        if (Normalizes)
            yield return (Settings.ApplicationId, IsRaw);
        if (KeepsImages)
            yield return (Settings.ImagesGroup, topic => topic == Settings.RepartitionTopic);
        if (Stores)
            yield return (Settings.SinkGroup, topic => topic is ModelBroker.FinalTopic or ModelBroker.DeadLetterTopic);
    }

    /// <summary>True for a topic that the source writes.</summary>
    internal static bool IsRaw(string topic) => topic.StartsWith(ModelBroker.RawTopic, StringComparison.Ordinal);

    /// <summary>True for a call that is made in such a history.</summary>
    internal bool Has(Call call) => call switch
    {
        Call.ChangelogEnd or Call.ChangelogPoll => KeepsImages,
        Call.StoreWrite => Stores,
        Call.ImagesOpen or Call.ImagesWrite => Settings.ImagesOnDisk,
        Call.OffsetCommit => Stores || !IsExactlyOnce,
        Call.Flush => !IsExactlyOnce,
        Call.Initialise or Call.Begin or Call.SendOffsets or Call.Commit or Call.Abort or Call.Members => IsExactlyOnce,
        _ => true,
    };

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant(
        $"{string.Join('+', SubTopologies)}{(HasRolesApart ? " apart" : "")}, {Instances} instances, {Threads} threads, {Settings.Guarantee}, {Settings.Rebalance}")
        + (Settings.ImagesOnDisk ? SharesDisk ? ", on one disk" : ", on disk" : "") + (Grows ? $", grows, pattern {Settings.RawPattern}" : "");
}

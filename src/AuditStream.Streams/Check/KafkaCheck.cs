using AuditStream.Core.Check;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Topics;
using Confluent.Kafka;
using TopicPartition = AuditStream.Streams.Ports.TopicPartition;

namespace AuditStream.Streams.Check;

/// <summary>Tries what a run needs of Kafka. Reads only: nothing is created, joined or committed.</summary>
/// <remarks>The one trace: a transactional id, <c>&lt;application.id&gt;-check</c>, of which the cluster remembers for some days that it was
/// claimed.</remarks>
public sealed class KafkaCheck : IDisposable
{
    /// <summary>How many records of each partition are looked at from its beginning.</summary>
    public const int FirstRecords = 1_000;

    /// <summary>How many records of each partition are looked at before its end.</summary>
    public const int NewestRecords = 500;

    /// <summary>How long looking at records takes at most, in seconds.</summary>
    public const int LookSeconds = 15;

    // A cluster that has just started finds its coordinators within seconds.
    private const int GroupTries = 5;
    private static readonly TimeSpan betweenTries = TimeSpan.FromSeconds(1);

    private readonly StreamsSettings settings;
    private readonly bool normalizes;
    private readonly bool sinks;
    private readonly bool keepsImages;
    private readonly ClusterProbe probe;
    private IReadOnlyDictionary<string, int> topicNames = new Dictionary<string, int>();

    /// <summary>Makes the check; connects to nothing yet.</summary>
    /// <param name="settings">Settings without problems (<see cref="SettingsCheck"/>).</param>
    /// <param name="normalizes">Whether this configuration runs normalize.</param>
    /// <param name="sinks">Whether it runs the sink.</param>
    /// <param name="keepsImages">Whether it runs images.</param>
    public KafkaCheck(StreamsSettings settings, bool normalizes, bool sinks, bool keepsImages = false)
    {
        this.settings = settings;
        this.normalizes = normalizes;
        this.sinks = sinks;
        this.keepsImages = keepsImages;
        probe = new ClusterProbe(settings, new NoAuthentication());
    }

    /// <summary>The raw topics that exist, once <see cref="Run"/> has found them.</summary>
    public IReadOnlyList<string> RawTopics { get; private set; } = [];

    /// <summary>Tries everything in turn; what follows from a broker that is not reached is not tried.</summary>
    /// <param name="cancellationToken">Ends a wait early.</param>
    public IEnumerable<Finding> Run(CancellationToken cancellationToken)
    {
        ClusterFacts facts;
        Finding? unreachable = null;
        try
        {
            facts = Ask();
        }
        catch (KafkaException exception)
        {
            facts = new ClusterFacts();
            unreachable = ReachRules.NotReached(settings, exception.Error, probe.Errors);
        }
        if (unreachable is not null)
        {
            yield return unreachable;
            yield break;
        }
        yield return ReachRules.Reached(settings, facts);
        foreach (var finding in normalizes ? RawTopicRules.Findings(settings, facts) : [])
            yield return finding;
        foreach (var finding in OwnTopicRules.Findings(settings, facts, normalizes, sinks, keepsImages))
            yield return finding;
        foreach (var finding in Groups(facts, cancellationToken))
            yield return finding;
        if ((normalizes || keepsImages) && settings.Guarantee == ProcessingGuarantee.ExactlyOnceV2)
        {
            foreach (var finding in TransactionRules.OfBroker(settings, facts))
                yield return finding;
            yield return Transactions();
        }
    }

    /// <summary>Gives records of the raw topics to a survey: the first of each partition, then the newest.</summary>
    /// <param name="survey">Looks at them.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>How many were given.</returns>
    public int LookAtRecords(SourceSurvey survey, CancellationToken cancellationToken) =>
        new RecordLook(probe, settings).Run(PartitionsOf(topicNames, RawTopics), survey, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => probe.Dispose();

    private ClusterFacts Ask()
    {
        var (brokers, names) = probe.Metadata();
        RawTopics = [.. names.Keys.Where(topic => RawSubscription.Covers(settings, topic)).Order(StringComparer.Ordinal)];
        topicNames = names;
        string[] wanted = [.. normalizes ? RawTopics : [], .. OwnNames(names)];
        return new ClusterFacts
        {
            Id = probe.ClusterId(),
            Brokers = brokers,
            Names = names,
            Topics = probe.Topics(wanted),
            Hidden = probe.Hidden([.. OwnTopics.Of(settings).Select(own => own.Name).Where(topic => !names.ContainsKey(topic))]),
            BrokerSettings = probe.BrokerSettings(),
            Ranges = probe.Ranges(PartitionsOf(names, wanted)),
        };
    }

    private IReadOnlyList<string> OwnNames(IReadOnlyDictionary<string, int> names) =>
        [.. OwnTopics.Of(settings).Select(own => own.Name).Where(names.ContainsKey)];

    private IEnumerable<Finding> Groups(ClusterFacts facts, CancellationToken cancellationToken)
    {
        if (normalizes)
        {
            foreach (var finding in Group(settings.ApplicationId, RawTopics, facts, cancellationToken))
                yield return finding;
        }
        if (keepsImages)
        {
            string[] input = [.. OwnNames(facts.Names).Where(topic => topic == settings.RepartitionTopic)];
            foreach (var finding in Group(settings.ImagesGroup, input, facts, cancellationToken))
                yield return finding;
        }
        else if (normalizes && settings.KeepsImages)
        {
            yield return GroupRules.ImagesElsewhere(settings, MembersOfImages());
        }
        if (sinks)
        {
            string[] input = [.. OwnNames(facts.Names).Where(topic => topic == settings.FinalTopic || topic == settings.DeadLetterTopic)];
            foreach (var finding in Group(settings.SinkGroup, input, facts, cancellationToken))
                yield return finding;
        }
    }

    private IReadOnlyList<Finding> Group(string name, IReadOnlyList<string> topics, ClusterFacts facts, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var (state, members) = probe.Group(name);
                var partitions = PartitionsOf(facts.Names, topics);
                var committed = partitions.Count == 0 ? new Dictionary<TopicPartition, long?>() : probe.Committed(name, partitions);
                return [.. GroupRules.Findings(settings, new GroupFacts(name, state, members, committed), facts)];
            }
            catch (ClientException exception) when (exception.ErrorClass == ClientErrorClass.Retriable && attempt < GroupTries)
            {
                cancellationToken.WaitHandle.WaitOne(betweenTries);
            }
            catch (ClientException exception)
            {
                return [GroupRules.NotAnswered(settings, name, exception)];
            }
        }
    }

    // This login needs no right on a group that it does not join.
    private IReadOnlyList<string>? MembersOfImages()
    {
        try
        {
            return probe.Group(settings.ImagesGroup).Members;
        }
        catch (ClientException)
        {
            return null;
        }
    }

    private Finding Transactions()
    {
        try
        {
            probe.TryTransactions();
            return TransactionRules.Possible(settings);
        }
        catch (ClientException exception)
        {
            return TransactionRules.Refused(settings, exception);
        }
    }

    private static List<TopicPartition> PartitionsOf(IReadOnlyDictionary<string, int> names, IReadOnlyCollection<string> topics) =>
        [.. topics.SelectMany(topic => Enumerable.Range(0, names[topic]).Select(partition => new TopicPartition(topic, partition)))
            .Take(ClusterProbe.MaxPartitions)];
}

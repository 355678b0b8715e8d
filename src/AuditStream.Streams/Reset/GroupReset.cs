using AuditStream.Streams.Check;
using AuditStream.Streams.Clients;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Topics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging.Abstractions;
using TopicPartition = AuditStream.Streams.Ports.TopicPartition;

namespace AuditStream.Streams.Reset;

/// <summary>Sets the product's consumer groups back, and empties its internal topics: what Kafka Streams' application reset tool does.</summary>
/// <remarks>First a plan, which changes nothing; then the plan is carried out. A group that has members is refused twice: by the plan, and by the
/// coordinator, which takes offsets without a membership only of an empty group. Offsets of a transaction that is still open are waited for: a process
/// that stands still could otherwise commit them over those that are set here.</remarks>
public sealed class GroupReset : IDisposable
{
    private const int MaxLooks = 120;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan CallWait = TimeSpan.FromSeconds(15);

    // Longer than any transaction of a dead process stays open by default.
    private static readonly TimeSpan PendingWait = TimeSpan.FromSeconds(60);

    private readonly StreamsSettings settings;
    private readonly ClusterProbe probe;
    private readonly NoAuthentication authentication = new();

    /// <summary>Makes it; connects to nothing yet.</summary>
    public GroupReset(StreamsSettings settings)
    {
        this.settings = settings;
        probe = new ClusterProbe(settings, authentication);
    }

    /// <summary>What a request would do.</summary>
    /// <exception cref="ClientException">Kafka was not reached, or refuses.</exception>
    /// <exception cref="UnreadTopicException">A topic is named that none of the groups reads.</exception>
    public ResetPlan Plan(ResetRequest request)
    {
        var names = Names();
        var read = request.Planes.SelectMany(plane => InputsOf(plane, names)).ToList();
        if (request.Topics.FirstOrDefault(topic => !read.Contains(topic, StringComparer.Ordinal)) is { } unread)
            throw new UnreadTopicException(unread, read);
        var groups = request.Planes.Select(plane => Plan(plane, request, names)).ToList();
        if (!request.RebuildsState)
            return new(groups, []);
        return new(groups, [.. OwnTopics.Of(settings).Where(own => IsEmptied(own, request)).Select(own => (own.Name, own.Partitions))]);
    }

    /// <summary>Carries a plan out.</summary>
    /// <param name="plan">A plan of groups without members.</param>
    /// <param name="done">Told of each step.</param>
    /// <param name="cancellationToken">Ends it between two steps; it may be run again.</param>
    /// <exception cref="ClientException">Kafka refuses, a group that has got members meanwhile among it.</exception>
    public void Run(ResetPlan plan, Action<string> done, CancellationToken cancellationToken)
    {
        foreach (var group in plan.Groups)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (group.Moves.Count == 0)
                continue;
            Commit(group);
            done($"set {group.Group} back");
        }
        foreach (var (topic, _) in plan.Topics)
        {
            cancellationToken.ThrowIfCancellationRequested();
            MakeAnew(topic, cancellationToken);
            done($"emptied {topic}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => probe.Dispose();

    // A topic that is emptied begins at 0 again, and so does its group.
    private GroupPlan Plan(ResetPlane plane, ResetRequest request, Dictionary<string, int> names)
    {
        var group = GroupOf(plane);
        var members = probe.Group(group).Members;
        var emptied = request.RebuildsState
            ? OwnTopics.Of(settings).Where(own => IsEmptied(own, request)).Select(own => own.Name).ToHashSet(StringComparer.Ordinal)
            : [];
        var partitions = InputsOf(plane, names).Where(topic => request.Topics.Count == 0 || request.Topics.Contains(topic, StringComparer.Ordinal))
            .SelectMany(topic => Enumerable.Range(0, names[topic]).Select(number => new TopicPartition(topic, number))).ToList();
        if (partitions.Count == 0)
            return new(group, members, []);
        var ranges = probe.Ranges(partitions);
        var committed = Committed(group, partitions, waits: members.Count == 0);
        var instants = request.Place.Kind == ResetPlaceKind.Instant ? AtInstant(group, partitions, request.Place.Number) : [];
        var moves = partitions.Where(ranges.ContainsKey).Select(partition =>
        {
            var (from, (first, end)) = (committed.GetValueOrDefault(partition), ranges[partition]);
            var to = emptied.Contains(partition.Topic) ? 0 : Target(request.Place, from, first, end, instants.GetValueOrDefault(partition));
            return new PartitionMove(partition, from, to, first, end);
        });
        return new(group, members, [.. moves.Where(move => request.Place.Kind != ResetPlaceKind.Stays || emptied.Contains(move.Partition.Topic))]);
    }

    private static long Target(ResetPlace place, long? from, long first, long end, long? atInstant) => place.Kind switch
    {
        ResetPlaceKind.Stays => from ?? first,
        ResetPlaceKind.Earliest => first,
        ResetPlaceKind.Latest => end,
        ResetPlaceKind.Instant => atInstant ?? end,
        ResetPlaceKind.Offset => Math.Clamp(place.Number, first, end),
        ResetPlaceKind.Shift => Math.Clamp((from ?? first) + place.Number, first, end),
        _ => throw new ArgumentOutOfRangeException(nameof(place), place, "No such place."),
    };

    // What raw records are read again for is not kept on its way; the changelog is what row images are made of.
    // The records of tasks tell of all groups at once.
    private bool IsEmptied(OwnTopic own, ResetRequest request) => own.Name == settings.ChangelogTopic
        || ((own.Name == settings.RepartitionTopic || own.Name == settings.TasksTopic) && request.Planes.Contains(ResetPlane.Normalize));

    private string GroupOf(ResetPlane plane) => plane switch
    {
        ResetPlane.Normalize => settings.ApplicationId,
        ResetPlane.Images => settings.ImagesGroup,
        ResetPlane.Sink => settings.SinkGroup,
        _ => throw new ArgumentOutOfRangeException(nameof(plane), plane, "No such plane."),
    };

    private IEnumerable<string> InputsOf(ResetPlane plane, Dictionary<string, int> names) => plane switch
    {
        ResetPlane.Normalize => names.Keys.Where(topic => RawSubscription.Covers(settings, topic)).Order(StringComparer.Ordinal),
        ResetPlane.Images => names.Keys.Where(topic => topic == settings.RepartitionTopic),
        _ => names.Keys.Where(topic => topic == settings.FinalTopic || topic == settings.DeadLetterTopic).Order(StringComparer.Ordinal),
    };

    private Dictionary<string, int> Names()
    {
        try
        {
            return probe.Metadata().Topics;
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort($"Asking {settings.BootstrapServers} (Kafka:BootstrapServers) for topics", exception);
        }
    }

    private Dictionary<TopicPartition, long?> Committed(string group, List<TopicPartition> partitions, bool waits)
    {
        using var consumer = probe.Consumer(group, waits ? "read_committed" : "read_uncommitted");
        return Ask($"Asking what the group {group} has committed", () => consumer.Committed([.. partitions.Select(ClusterProbe.Theirs)], PendingWait).ToDictionary(
            place => new TopicPartition(place.Topic, place.Partition.Value), place => place.Offset.Value >= 0 ? place.Offset.Value : (long?)null));
    }

    private Dictionary<TopicPartition, long?> AtInstant(string group, List<TopicPartition> partitions, long milliseconds)
    {
        using var consumer = probe.Consumer(group, "read_uncommitted");
        var instant = new Timestamp(milliseconds, TimestampType.CreateTime);
        var wanted = partitions.Select(partition => new TopicPartitionTimestamp(ClusterProbe.Theirs(partition), instant));
        return Ask("Asking for the offsets of an instant", () => consumer.OffsetsForTimes(wanted, CallWait).ToDictionary(
            place => new TopicPartition(place.Topic, place.Partition.Value), place => place.Offset.Value >= 0 ? place.Offset.Value : (long?)null));
    }

    private void Commit(GroupPlan plan)
    {
        using var consumer = probe.Consumer(plan.Group, "read_uncommitted");
        Ask($"Setting the group {plan.Group} back", () =>
        {
            consumer.Commit(plan.Moves.Select(move => new TopicPartitionOffset(ClusterProbe.Theirs(move.Partition), move.To)));
            return true;
        });
    }

    private void MakeAnew(string topic, CancellationToken cancellationToken)
    {
        var own = OwnTopics.Of(settings).Single(own => own.Name == topic);
        var values = ClientSettings.Admin(settings, $"{settings.ApplicationId}-reset");
        using (var admin = new AdminClientBuilder(values).SetErrorHandler((_, _) => { }).SetLogHandler((_, _) => { }).Build())
            Delete(admin, topic);
        for (var look = 0; Names().ContainsKey(topic); look++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (look == MaxLooks)
                throw new ClientException(ClientErrorClass.Retriable, "TopicStays", $"Deleting the topic {topic} failed: it is still there. Run the same again.");
            cancellationToken.WaitHandle.WaitOne(BetweenLooks);
        }
        using var topics = new KafkaClientFactory(settings, authentication, NullLoggerFactory.Instance).Admin($"{settings.ApplicationId}-reset");
        topics.Create(new TopicPlan(own.Name, own.Partitions, settings.ReplicationFactor, own.Settings), CallWait);
    }

    private static void Delete(IAdminClient admin, string topic)
    {
        try
        {
            admin.DeleteTopicsAsync([topic], new DeleteTopicsOptions { RequestTimeout = CallWait, OperationTimeout = CallWait }).GetAwaiter().GetResult();
        }
        catch (DeleteTopicsException exception) when (exception.Results.All(result => result.Error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.NoError))
        {
            return; // it was not there
        }
        catch (DeleteTopicsException exception)
        {
            throw ErrorSorter.Sort("Deleting the topic " + topic, new KafkaException(exception.Results.First(result => result.Error.IsError).Error));
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort("Deleting the topic " + topic, exception);
        }
    }

    private static T Ask<T>(string what, Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort(what, exception);
        }
    }
}

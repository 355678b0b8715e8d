using System.Collections.Concurrent;
using AuditStream.Core.Flow;
using AuditStream.Streams.Clients;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using TopicPartition = AuditStream.Streams.Ports.TopicPartition;

namespace AuditStream.Streams.Check;

/// <summary>Asks a cluster, and changes nothing: it creates no topic, joins no group, commits nothing.</summary>
/// <remarks>Every call has a time limit. Committed offsets come from a consumer that never joins: the admin client's own call ends the process
/// when the coordinator moves (librdkafka 2.12).</remarks>
internal sealed class ClusterProbe : IDisposable
{
    /// <summary>How many partitions are asked for their offsets at most.</summary>
    internal const int MaxPartitions = 10_000;

    private const int MaxErrors = 50;
    private static readonly TimeSpan CallWait = TimeSpan.FromSeconds(8);
    private readonly StreamsSettings settings;
    private readonly IClientAuthentication authentication;
    private readonly IAdminClient admin;
    private readonly ConcurrentQueue<Error> errors = new();

    internal ClusterProbe(StreamsSettings settings, IClientAuthentication authentication)
    {
        this.settings = settings;
        this.authentication = authentication;
        var values = ClientSettings.Admin(settings, ClientId);
        authentication.Configure(values);
        var builder = new AdminClientBuilder(values).SetErrorHandler((_, error) => Note(error)).SetLogHandler((_, _) => { });
        if (authentication.ProvidesTokens)
            builder.SetOAuthBearerTokenRefreshHandler((client, text) => ClientAuthenticationHook.Refresh(client, text, authentication,
                Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));
        admin = builder.Build();
    }

    /// <summary>What the client said by itself while it tried: why a broker was not reached.</summary>
    internal IReadOnlyList<Error> Errors => [.. errors];

    private string ClientId => $"{settings.ApplicationId}-check";

    /// <summary>The brokers and the topics.</summary>
    /// <exception cref="KafkaException">Not reached.</exception>
    internal (int Brokers, Dictionary<string, int> Topics) Metadata()
    {
        var metadata = admin.GetMetadata(CallWait);
        return (metadata.Brokers.Count, metadata.Topics.Where(topic => !topic.Error.IsError)
            .ToDictionary(topic => topic.Topic, topic => topic.Partitions.Count, StringComparer.Ordinal));
    }

    /// <summary>The cluster's id; null where it does not tell.</summary>
    internal string? ClusterId() => Try(() =>
        admin.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = CallWait }).GetAwaiter().GetResult().ClusterId);

    /// <summary>What can be known of these topics, which exist.</summary>
    internal Dictionary<string, TopicFacts> Topics(IReadOnlyCollection<string> names)
    {
        if (names.Count == 0)
            return [];
        var settingsOf = Settings([.. names.Select(name => new ConfigResource { Type = ResourceType.Topic, Name = name })]);
        return Descriptions(names).Where(topic => !topic.Error.IsError).ToDictionary(topic => topic.Name, topic => new TopicFacts(
            topic.Name, topic.Partitions.Count, topic.Partitions.Min(partition => partition.Replicas.Count), settingsOf.GetValueOrDefault(topic.Name),
            topic.AuthorizedOperations?.Select(operation => operation.ToString()).ToHashSet()));
    }

    /// <summary>Those of these topics that this login may not see, whether or not they exist.</summary>
    internal IReadOnlyCollection<string> Hidden(IReadOnlyCollection<string> names) => names.Count == 0
        ? []
        : [.. Descriptions(names).Where(topic => topic.Error.Code == ErrorCode.TopicAuthorizationFailed).Select(topic => topic.Name)];

    /// <summary>The settings of one broker; null where they may not be read.</summary>
    internal IReadOnlyDictionary<string, string>? BrokerSettings()
    {
        var broker = Try(() => admin.GetMetadata(CallWait).Brokers.FirstOrDefault()?.BrokerId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return broker is null ? null : Settings([new ConfigResource { Type = ResourceType.Broker, Name = broker }]).GetValueOrDefault(broker);
    }

    /// <summary>A group's state and its members' client ids.</summary>
    internal (string State, IReadOnlyList<string> Members) Group(string group)
    {
        var options = new DescribeConsumerGroupsOptions { RequestTimeout = CallWait };
        try
        {
            var description = admin.DescribeConsumerGroupsAsync([group], options).GetAwaiter().GetResult().ConsumerGroupDescriptions[0];
            return (description.State.ToString(), [.. description.Members.Select(member => member.ClientId)]);
        }
        catch (DescribeConsumerGroupsException exception)
        {
            throw ErrorSorter.Sort($"Asking for the group {group}", new KafkaException(exception.Results.ConsumerGroupDescriptions[0].Error));
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort($"Asking for the group {group}", exception);
        }
    }

    /// <summary>What a group has committed; null by partition where nothing.</summary>
    internal IReadOnlyDictionary<TopicPartition, long?> Committed(string group, IReadOnlyCollection<TopicPartition> partitions)
    {
        // Not "read committed": a running service always has an offset on its way, and the answer would wait for it.
        using var consumer = Consumer(group, "read_uncommitted");
        try
        {
            return consumer.Committed([.. partitions.Select(Theirs)], CallWait).ToDictionary(
                entry => new TopicPartition(entry.Topic, entry.Partition.Value), entry => entry.Offset.Value >= 0 ? entry.Offset.Value : (long?)null);
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort($"Asking what the group {group} has committed", exception);
        }
    }

    /// <summary>First offset and end of partitions; what the cluster does not tell is missing.</summary>
    internal Dictionary<TopicPartition, (long First, long End)> Ranges(IReadOnlyCollection<TopicPartition> partitions)
    {
        if (partitions.Count == 0)
            return [];
        var first = Offsets(partitions, OffsetSpec.Earliest());
        var end = Offsets(partitions, OffsetSpec.Latest());
        return first.Where(entry => end.ContainsKey(entry.Key)).ToDictionary(entry => entry.Key, entry => (entry.Value, end[entry.Key]));
    }

    /// <summary>Claims a transactional id with the service's prefix and lets it go.</summary>
    /// <exception cref="ClientException">It may not, or could not.</exception>
    internal void TryTransactions()
    {
        var clients = new KafkaClientFactory(settings, authentication, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        using var producer = clients.Producer(ClientId, ClientId);
        producer.InitTransactions(CallWait);
    }

    /// <summary>A consumer that is given its partitions, joins nothing and commits nothing.</summary>
    internal IConsumer<byte[]?, byte[]?> Consumer(string group, string isolation)
    {
        var values = ClientSettings.Consumer(settings, ClientId, group, excludedTopics: null);
        values["isolation.level"] = isolation;
        values["enable.partition.eof"] = "true";
        authentication.Configure(values);
        var builder = new ConsumerBuilder<byte[]?, byte[]?>(values).SetErrorHandler((_, error) => Note(error)).SetLogHandler((_, _) => { });
        if (authentication.ProvidesTokens)
            builder.SetOAuthBearerTokenRefreshHandler((client, text) => ClientAuthenticationHook.Refresh(client, text, authentication,
                Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance));
        return builder.Build();
    }

    /// <inheritdoc/>
    public void Dispose() => admin.Dispose();

    internal static Confluent.Kafka.TopicPartition Theirs(TopicPartition partition) => new(partition.Topic, partition.Partition);

    private List<TopicDescription> Descriptions(IReadOnlyCollection<string> names)
    {
        try
        {
            return admin.DescribeTopicsAsync(
                TopicCollection.OfTopicNames(names), new DescribeTopicsOptions { RequestTimeout = CallWait, IncludeAuthorizedOperations = true })
                .GetAwaiter().GetResult().TopicDescriptions;
        }
        catch (DescribeTopicsException exception)
        {
            return exception.Results.TopicDescriptions; // some may be seen, some not
        }
        catch (KafkaException)
        {
            return []; // a cluster that does not tell
        }
    }

    private void Note(Error error)
    {
        if (errors.Count < MaxErrors)
            errors.Enqueue(error);
    }

    private Dictionary<string, IReadOnlyDictionary<string, string>> Settings(List<ConfigResource> resources)
    {
        IEnumerable<(string Name, Dictionary<string, ConfigEntryResult> Entries)> answers;
        try
        {
            answers = admin.DescribeConfigsAsync(resources, new DescribeConfigsOptions { RequestTimeout = CallWait }).GetAwaiter().GetResult()
                .Select(result => (result.ConfigResource.Name, result.Entries));
        }
        catch (DescribeConfigsException exception)
        {
            // Some may be read, some not.
            answers = exception.Results.Where(result => !result.Error.IsError).Select(result => (result.ConfigResource.Name, result.Entries));
        }
        catch (KafkaException)
        {
            return []; // a cluster that does not tell: its settings count as not known
        }
        return answers.ToDictionary(answer => answer.Name, answer => (IReadOnlyDictionary<string, string>)answer.Entries.Values
            .Where(entry => entry.Value is not null).ToDictionary(entry => entry.Name, entry => entry.Value), StringComparer.Ordinal);
    }

    private Dictionary<TopicPartition, long> Offsets(IReadOnlyCollection<TopicPartition> partitions, OffsetSpec place)
    {
        IEnumerable<ListOffsetsResultInfo> answers = Try(() => admin.ListOffsetsAsync(
            partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = Theirs(partition), OffsetSpec = place }),
            new ListOffsetsOptions { RequestTimeout = CallWait }).GetAwaiter().GetResult().ResultInfos) ?? [];
        return answers.Where(answer => !answer.TopicPartitionOffsetError.Error.IsError).ToDictionary(
            answer => new TopicPartition(answer.TopicPartitionOffsetError.Topic, answer.TopicPartitionOffsetError.Partition.Value),
            answer => answer.TopicPartitionOffsetError.Offset.Value);
    }

    // What a cluster does not tell (a right is missing, it is too old, it is a mock) counts as not known.
    private static T? Try<T>(Func<T> ask)
        where T : class?
    {
        try
        {
            return ask();
        }
        catch (KafkaException)
        {
            return null;
        }
    }
}

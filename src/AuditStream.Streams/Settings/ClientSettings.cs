using System.Globalization;
using System.Text.RegularExpressions;

namespace AuditStream.Streams.Settings;

/// <summary>The settings of every Kafka client, each passed on explicitly and with its reason.</summary>
/// <remarks>Order: what we say, then what the user passes through, then what the loop depends on, which nobody may override.</remarks>
public static class ClientSettings
{
    /// <summary>Kafka's own topics and Amazon MSK's, as an expression. Not every name with two underscores: a connector's heartbeats have
    /// them too.</summary>
    internal const string InternalTopics = "^__(consumer_offsets|transaction_state|share_group_state|cluster_metadata|amazon_.*)$";

    /// <summary>Changelogs and repartition topics of Kafka Streams applications, and of other pipelines like this one, as an expression.</summary>
    internal const string OthersInternalTopics = "^.*-(changelog|repartition)$";

    /// <summary>The assignor of <see cref="RebalanceProtocol.Cooperative"/>: its members give back only what moves.</summary>
    internal const string CooperativeAssignor = "cooperative-sticky";

    private const string ConsumerPrefix = "consumer.";
    private const string ProducerPrefix = "producer.";

    /// <summary>Settings that a pass-through may not name, and why.</summary>
    public static IReadOnlyDictionary<string, string> Refused { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["group.id"] = "the group is the application id",
        ["group.instance.id"] = "it has its own key",
        ["group.protocol"] = "the next-generation protocol moves epochs without telling the owner",
        ["enable.auto.commit"] = "offsets are committed with the records they belong to",
        ["enable.auto.offset.store"] = "offsets are committed with the records they belong to",
        ["isolation.level"] = "it makes a new owner wait for the pending offsets of the old one",
        ["auto.offset.reset"] = "a group without offsets begins at the beginning, or changes are missing",
        ["partition.assignment.strategy"] = "it has its own key, because all members must use the same",
        ["topic.blacklist"] = "it keeps the pipeline's own topics out of the raw topics",
        ["enable.partition.eof"] = "the loop does not expect such records",
        ["transactional.id"] = "it is made from application, process and thread",
        ["enable.idempotence"] = "without it retries reorder and repeat",
        ["acks"] = "fewer lose events with a broker",
        ["partitioner"] = "all changes of a row must share a partition, as with the Java client",
        ["message.max.bytes"] = "it follows from the largest raw record",
        ["client.id"] = "it is made from application, process and thread",
        ["bootstrap.servers"] = "it has its own key",
        ["metadata.broker.list"] = "the brokers have their own key",
        ["transaction.timeout.ms"] = "it has its own key",
        ["session.timeout.ms"] = "it has its own key",
        ["heartbeat.interval.ms"] = "it follows from the session's time-out",
    };

    /// <summary>True when a pass-through name is refused; the prefixes <c>consumer.</c> and <c>producer.</c> and the binding's own
    /// settings count.</summary>
    public static bool IsRefused(string name, out string why)
    {
        var bare = Bare(name);
        if (bare.StartsWith("dotnet.", StringComparison.Ordinal))
        {
            why = "the loop sets the binding's own settings";
            return true;
        }
        return Refused.TryGetValue(bare, out why!);
    }

    /// <summary>The settings of a consumer that joins a group.</summary>
    /// <param name="settings">The service's settings.</param>
    /// <param name="clientId">The client's name in the broker's logs.</param>
    /// <param name="group">The consumer group.</param>
    /// <param name="excludedTopics">Expressions of topics that are treated as if they did not exist; null for none.</param>
    public static Dictionary<string, string> Consumer(StreamsSettings settings, string clientId, string group, string? excludedTopics)
    {
        var result = Common(settings, clientId);

        // A member that is silent for so long is dead; librdkafka's own 45 s would be the stall after every crash.
        result["session.timeout.ms"] = Text(settings.SessionTimeoutMilliseconds);
        result["heartbeat.interval.ms"] = Text(Math.Max(settings.SessionTimeoutMilliseconds / 4, 100));

        // How long one step of the loop may take (a commit during a broker's failure included) before the partitions go elsewhere.
        result["max.poll.interval.ms"] = "300000";

        // Bounds of the fetch-ahead: memory, not speed; 1 MiB a partition keeps one fast partition from starving the others.
        result["queued.max.messages.kbytes"] = Text(settings.FetchAheadBytes / 1024);
        result["queued.min.messages"] = "100000";
        result["max.partition.fetch.bytes"] = "1048576";
        result["fetch.max.bytes"] = Text(Math.Max(settings.FetchAheadBytes, 1_048_576));

        // A response as soon as there is a record: latency; under load responses are full anyway.
        result["fetch.min.bytes"] = "1";
        result["fetch.wait.max.ms"] = "100";
        result["fetch.error.backoff.ms"] = "100";

        // With the default of 1 s a partition whose fetch-ahead is full stays empty for up to a second.
        result["fetch.queue.backoff.ms"] = "10";

        PassThrough(settings, result, ConsumerPrefix, ProducerPrefix);

        result["group.id"] = group;
        result["group.protocol"] = "classic";
        result["enable.auto.commit"] = "false";
        result["enable.auto.offset.store"] = "false";
        result["isolation.level"] = "read_committed";
        result["auto.offset.reset"] = "earliest";
        result["enable.partition.eof"] = "false";

        // Asking for a missing topic must not create it with the broker's defaults.
        result["allow.auto.create.topics"] = "false";

        // Round robin because topics with one partition each would all go to one member by range. The sink's shards each have one writer at a
        // time and nothing to restore: they gain nothing by moving one by one.
        result["partition.assignment.strategy"] =
            settings.Rebalance == RebalanceProtocol.Cooperative && group != settings.SinkGroup ? CooperativeAssignor : "roundrobin";

        // A member that comes back within its session gets what it had, without a rebalance.
        if (settings.HasStaticMembers)
            result["group.instance.id"] = clientId;
        if (excludedTopics is not null)
            result["topic.blacklist"] = excludedTopics;

        // The loop reads key, value, headers, timestamp and topic of every record.
        result["dotnet.consumer.consume.result.fields"] = "all";
        return result;
    }

    /// <summary>The settings of a producer.</summary>
    /// <param name="settings">The service's settings.</param>
    /// <param name="clientId">The client's name in the broker's logs.</param>
    /// <param name="transactionalId">The transactional id; null for none.</param>
    /// <param name="tellsOffsets">Whether it tells offsets of records, in a transaction too.</param>
    public static Dictionary<string, string> Producer(
        StreamsSettings settings, string clientId, string? transactionalId, bool tellsOffsets = false)
    {
        var result = Common(settings, clientId);

        // Batches: 5 ms of waiting fill them under load and cost nothing beside the commit interval.
        result["linger.ms"] = "5";
        result["batch.size"] = "1000000";
        result["batch.num.messages"] = "10000";

        // Canonical JSON compresses to a fifth; lz4 costs the least time for it.
        result["compression.type"] = "lz4";

        // Bounds of what waits to be sent: a full queue holds the loop, and with it the fetches.
        result["queue.buffering.max.kbytes"] = "65536";
        result["queue.buffering.max.messages"] = "200000";

        PassThrough(settings, result, ProducerPrefix, ConsumerPrefix);

        result["enable.idempotence"] = "true";
        result["acks"] = "all";

        // The hash of the Java client; records without a key (some dead letters) go anywhere.
        result["partitioner"] = "murmur2_random";
        result["message.max.bytes"] = Text(Math.Max(settings.MaxOwnMessageBytes, 1_000_000));
        if (transactionalId is null)
        {
            result["dotnet.producer.enable.delivery.reports"] = "true";
            result["dotnet.producer.delivery.report.fields"] = "none";
            return result;
        }
        result["transactional.id"] = transactionalId;

        // The broker aborts a dead instance's transaction after this; it bounds the stall of every reader.
        result["transaction.timeout.ms"] = Text(settings.TransactionTimeoutMilliseconds);

        // CommitTransaction waits for every record and fails when one was not stored (it counts failed deliveries itself), so a report per
        // record would only cost time. Where offsets are wanted there is no other way.
        result["dotnet.producer.enable.delivery.reports"] = tellsOffsets ? "true" : "false";
        result["dotnet.producer.delivery.report.fields"] = "none";
        return result;
    }

    /// <summary>The settings of an admin client.</summary>
    public static Dictionary<string, string> Admin(StreamsSettings settings, string clientId)
    {
        var result = Common(settings, clientId);
        foreach (var (name, value) in settings.Client)
        {
            if (Bare(name) == name)
                result[name] = value;
        }
        return result;
    }

    /// <summary>The expression list that keeps the pipeline's own topics out of any subscription.</summary>
    public static string ExcludedTopics(StreamsSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return string.Join(
            ',',
            Exactly(settings.FinalTopic),
            Exactly(settings.DeadLetterTopic),
            "^" + Escape(settings.ApplicationId) + "-.*",
            InternalTopics)
            + (LeavesOut(settings) ? "," + OthersInternalTopics : "");
    }

    /// <summary>True where internal topics of other applications are left out of what the pattern matches; not so where one of them is named.</summary>
    internal static bool LeavesOut(StreamsSettings settings) =>
        !settings.RawTopics.Any(topic => Regex.IsMatch(topic, OthersInternalTopics, RegexOptions.NonBacktracking));

    private static Dictionary<string, string> Common(StreamsSettings settings, string clientId)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["bootstrap.servers"] = settings.BootstrapServers,
            ["client.id"] = clientId,

            // New topics of a pattern, moved leaders and grown partitions are seen within this.
            ["topic.metadata.refresh.interval.ms"] = "10000",

            // A broker that comes back is found within a second, without a storm of connections.
            ["reconnect.backoff.ms"] = "100",
            ["reconnect.backoff.max.ms"] = "1000",

            // Idle connections through load balancers die silently.
            ["socket.keepalive.enable"] = "true",
        };
    }

    private static void PassThrough(StreamsSettings settings, Dictionary<string, string> result, string ours, string theirs)
    {
        foreach (var (name, value) in settings.Client)
        {
            if (!name.StartsWith(theirs, StringComparison.Ordinal))
                result[name.StartsWith(ours, StringComparison.Ordinal) ? name[ours.Length..] : name] = value;
        }
    }

    private static string Bare(string name) =>
        name.StartsWith(ConsumerPrefix, StringComparison.Ordinal) || name.StartsWith(ProducerPrefix, StringComparison.Ordinal)
            ? name[ConsumerPrefix.Length..]
            : name;

    private static string Exactly(string topic) => "^" + Escape(topic) + "$";

    private static string Escape(string topic) => topic.Replace(".", "\\.", StringComparison.Ordinal);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

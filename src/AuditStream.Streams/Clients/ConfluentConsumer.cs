using AuditStream.Core.Flow;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using TopicPartition = AuditStream.Streams.Ports.TopicPartition;

namespace AuditStream.Streams.Clients;

/// <summary>The consumer port on Confluent.Kafka: records lent one at a time.</summary>
internal sealed class ConfluentConsumer : IStreamConsumer
{
    // librdkafka's codes for what is no offset.
    private const long Unset = -1001;

    private readonly IConsumer<int, int> consumer;
    private readonly string group;
    private readonly LentBytes key = new();
    private readonly LentBytes value = new();
    private readonly HeaderView headers = new();
    private readonly HashSet<Confluent.Kafka.TopicPartition> paused = [];
    private IRebalanceListener? listener;
    private string lastTopic = "";
    private bool closed;

    internal ConfluentConsumer(IReadOnlyDictionary<string, string> settings, IClientAuthentication authentication, ILogger logger)
    {
        group = settings["group.id"];
        var isCooperative = settings["partition.assignment.strategy"] == ClientSettings.CooperativeAssignor;
        var builder = new ConsumerBuilder<int, int>(settings)
            .SetKeyDeserializer(key)
            .SetValueDeserializer(value)
            .SetPartitionsAssignedHandler((self, partitions) =>
                listener?.Assigned(Ours(partitions), new ConfluentMembership(self.ConsumerGroupMetadata)))
            .SetPartitionsRevokedHandler((self, offsets) =>
            {
                // An incremental rebalance asks when the group's next generation has begun: what is given back is owned under that one until then.
                if (isCooperative)
                    listener?.Assigned([], new ConfluentMembership(self.ConsumerGroupMetadata));
                listener?.Revoked(Ours(offsets.Select(offset => offset.TopicPartition)));
                Forget(self, offsets.Select(offset => offset.TopicPartition));
            })

            // Without this one the library calls the revoked handler for lost partitions, which would commit what another member owns.
            .SetPartitionsLostHandler((self, offsets) =>
            {
                listener?.Lost(Ours(offsets.Select(offset => offset.TopicPartition)));
                Forget(self, offsets.Select(offset => offset.TopicPartition));
            })
            .SetErrorHandler((self, error) => StreamsLog.Client(logger, self.Name, error.Code.ToString(), error.Reason))
            .SetLogHandler((_, message) => StreamsLog.ClientLine(logger, message.Name, message.Facility, message.Message));
        if (authentication.ProvidesTokens)
            builder.SetOAuthBearerTokenRefreshHandler((self, text) => ClientAuthenticationHook.Refresh(self, text, authentication, logger));
        consumer = builder.Build();
    }

    /// <inheritdoc/>
    public void Subscribe(IReadOnlyList<string> topics, IRebalanceListener listener)
    {
        this.listener = listener;
        Guard("Subscribing to raw topics", () => consumer.Subscribe(topics));
    }

    /// <inheritdoc/>
    public bool Poll(TimeSpan wait, out RawRecord record)
    {
        try
        {
            var result = consumer.Consume(wait);
            if (result is null || result.Message is not { } message)
            {
                record = default;
                return false;
            }
            // A string per record comes from the library; the rooms keep the first one, so that comparing is by reference.
            lastTopic = result.Topic == lastTopic ? lastTopic : result.Topic;
            record = new RawRecord
            {
                Topic = lastTopic,
                Partition = result.Partition.Value,
                Offset = result.Offset.Value,
                TimestampMilliseconds = message.Timestamp.Type == TimestampType.NotAvailable ? -1 : message.Timestamp.UnixTimestampMs,
                Key = key.Memory(message.Key),
                Value = value.Memory(message.Value),
                Headers = headers.Show(message.Headers),
            };
            return true;
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort("Consuming", exception);
        }
    }

    /// <inheritdoc/>
    public void Seek(PartitionOffset place)
    {
        var action = $"Seeking {place.Partition}";
        try
        {
            consumer.Seek(new TopicPartitionOffset(Theirs(place.Partition), new Offset(place.NextOffset)));
        }
        catch (KafkaException exception) when (exception.Error.Code == ErrorCode.Local_State)
        {
            // The client is still finding out where the group stands.
            throw new ClientException(ClientErrorClass.Retriable, exception.Error.Code.ToString(), $"{action} failed: it is not read yet.", exception);
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort(action, exception);
        }
    }

    /// <inheritdoc/>
    public void Pause(IReadOnlyCollection<TopicPartition> partitions)
    {
        Guard("Pausing", () => consumer.Pause(partitions.Select(Theirs)));
        paused.UnionWith(partitions.Select(Theirs));
    }

    /// <inheritdoc/>
    public void Resume(IReadOnlyCollection<TopicPartition> partitions)
    {
        Guard("Resuming", () => consumer.Resume(partitions.Select(Theirs)));
        paused.ExceptWith(partitions.Select(Theirs));
    }

    /// <inheritdoc/>
    public long? Position(TopicPartition partition)
    {
        var offset = Offset.Unset;
        Guard("Asking for a position", () => offset = consumer.Position(Theirs(partition)));
        return offset.Value >= 0 ? offset.Value : null;
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<TopicPartition, long?> Committed(IReadOnlyCollection<TopicPartition> partitions, TimeSpan wait)
    {
        List<TopicPartitionOffset> offsets = [];
        Guard("Asking for committed offsets", () => offsets = consumer.Committed(partitions.Select(Theirs), wait));
        return offsets.ToDictionary(
            offset => new TopicPartition(offset.Topic, offset.Partition.Value),
            offset => offset.Offset.Value is >= 0 and not Unset ? offset.Offset.Value : (long?)null);
    }

    /// <inheritdoc/>
    /// <remarks>By the older of the library's two calls, which asks every broker: the newer one ends the whole process when the coordinator goes away
    /// while it is asked (librdkafka 2.12 and later, its issue 4605). Where no broker answers for the group there are no members, not even this one.</remarks>
    public IReadOnlyList<string> Members(TimeSpan wait)
    {
        var action = $"Asking for the members of {group}";
        try
        {
            using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
            return admin.ListGroup(group, wait) is { } found ? [.. found.Members.Select(member => member.ClientId)] : [];
        }
        catch (KafkaException exception) when (exception.Error.Code is ErrorCode.Local_Partial or ErrorCode.Local_UnsupportedFeature)
        {
            // A broker that is away has not answered, or not told yet what it can: the others may not have been the coordinator.
            throw new ClientException(ClientErrorClass.Retriable, exception.Error.Code.ToString(), $"{action} failed: not every broker answered.", exception);
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort(action, exception);
        }
    }

    /// <inheritdoc/>
    public long? HighWatermark(TopicPartition partition)
    {
        var end = Offset.Unset;
        Guard("Asking for a watermark", () => end = consumer.GetWatermarkOffsets(Theirs(partition)).High);
        return end.Value >= 0 ? end.Value : null;
    }

    /// <inheritdoc/>
    public long? LowWatermark(TopicPartition partition)
    {
        var first = Offset.Unset;
        Guard("Asking for a watermark", () => first = consumer.GetWatermarkOffsets(Theirs(partition)).Low);
        return first.Value >= 0 ? first.Value : null;
    }

    /// <inheritdoc/>
    public void Commit(IReadOnlyCollection<PartitionOffset> offsets) => Guard(
        "Committing offsets",
        () => consumer.Commit(offsets.Select(offset => new TopicPartitionOffset(Theirs(offset.Partition), new Offset(offset.NextOffset)))));

    /// <inheritdoc/>
    public void Close()
    {
        if (closed)
            return;
        closed = true;
        Guard("Leaving the group", consumer.Close);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        closed = true;
        consumer.Dispose();
    }

    // The library keeps a pause over assignments: a partition that came back would never be read again.
    private void Forget(IConsumer<int, int> self, IEnumerable<Confluent.Kafka.TopicPartition> gone)
    {
        foreach (var partition in gone)
        {
            if (paused.Remove(partition))
                Guard("Resuming", () => self.Resume([partition]));
        }
    }

    private static Confluent.Kafka.TopicPartition Theirs(TopicPartition partition) => new(partition.Topic, partition.Partition);

    private static List<TopicPartition> Ours(IEnumerable<Confluent.Kafka.TopicPartition> partitions) =>
        [.. partitions.Select(partition => new TopicPartition(partition.Topic, partition.Partition.Value))];

    private static void Guard(string action, Action call)
    {
        try
        {
            call();
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort(action, exception);
        }
    }
}

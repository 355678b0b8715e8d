using AuditStream.Core.Flow;
using AuditStream.Streams.Ports;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using TopicPartition = AuditStream.Streams.Ports.TopicPartition;

namespace AuditStream.Streams.Clients;

/// <summary>The changelog port on Confluent.Kafka: a consumer that is given its partition, joins nothing and commits nothing.</summary>
internal sealed class ConfluentChangelogReader : IChangelogReader
{
    private readonly IConsumer<int, int> consumer;
    private readonly IAdminClient admin;
    private readonly LentBytes key = new();
    private readonly LentBytes value = new();

    internal ConfluentChangelogReader(IReadOnlyDictionary<string, string> settings, IClientAuthentication authentication, ILogger logger)
    {
        var builder = new ConsumerBuilder<int, int>(settings)
            .SetKeyDeserializer(key)
            .SetValueDeserializer(value)
            .SetErrorHandler((self, error) => StreamsLog.Client(logger, self.Name, error.Code.ToString(), error.Reason))
            .SetLogHandler((_, message) => StreamsLog.ClientLine(logger, message.Name, message.Facility, message.Message));
        if (authentication.ProvidesTokens)
            builder.SetOAuthBearerTokenRefreshHandler((self, text) => ClientAuthenticationHook.Refresh(self, text, authentication, logger));
        consumer = builder.Build();
        admin = new DependentAdminClientBuilder(consumer.Handle).Build();
    }

    /// <inheritdoc/>
    public long End(TopicPartition partition, TimeSpan wait) => OffsetOf(partition, OffsetSpec.Latest(), "end", wait);

    /// <inheritdoc/>
    public long Start(TopicPartition partition, TimeSpan wait) => OffsetOf(partition, OffsetSpec.Earliest(), "start", wait);

    private long OffsetOf(TopicPartition partition, OffsetSpec place, string name, TimeSpan wait)
    {
        try
        {
            var request = new TopicPartitionOffsetSpec { TopicPartition = Theirs(partition), OffsetSpec = place };
            var options = new ListOffsetsOptions { RequestTimeout = wait, IsolationLevel = IsolationLevel.ReadUncommitted };
            return admin.ListOffsetsAsync([request], options).GetAwaiter().GetResult().ResultInfos[0].TopicPartitionOffsetError.Offset.Value;
        }
        catch (ListOffsetsException exception)
        {
            throw ErrorSorter.Sort($"Asking for the {name} of {partition}", new KafkaException(exception.Result.ResultInfos[0].TopicPartitionOffsetError.Error));
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort($"Asking for the {name} of {partition}", exception);
        }
    }

    /// <inheritdoc/>
    public void Open(TopicPartition partition, long? offset) => Guard(
        $"Opening {partition}", () => consumer.Assign(new TopicPartitionOffset(Theirs(partition), offset is { } at ? new Offset(at) : Offset.Beginning)));

    /// <inheritdoc/>
    public bool Poll(TimeSpan wait, out RawRecord record)
    {
        record = default;
        try
        {
            if (consumer.Consume(wait) is not { Message: { } message } result)
                return false;
            record = new RawRecord
            {
                Topic = result.Topic,
                Partition = result.Partition.Value,
                Offset = result.Offset.Value,
                TimestampMilliseconds = message.Timestamp.UnixTimestampMs,
                Key = key.Memory(message.Key),
                Value = value.Memory(message.Value),
                Headers = [],
            };
            return true;
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort("Reading a changelog", exception);
        }
    }

    /// <inheritdoc/>
    public long? Position(TopicPartition partition)
    {
        var offset = Offset.Unset;
        Guard("Asking for a position", () => offset = consumer.Position(Theirs(partition)));
        return offset.Value >= 0 ? offset.Value : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        admin.Dispose();
        consumer.Dispose();
    }

    private static Confluent.Kafka.TopicPartition Theirs(TopicPartition partition) => new(partition.Topic, partition.Partition);

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

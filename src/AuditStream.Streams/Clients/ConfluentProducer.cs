using AuditStream.Streams.Ports;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Clients;

/// <summary>The producer port on Confluent.Kafka: nothing is allocated per record but what the library itself makes.</summary>
internal sealed class ConfluentProducer : IStreamProducer
{
    /// <summary>How much longer than its own limit sending offsets may take.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly IProducer<byte[]?, byte[]?> producer;
    private readonly BoundedCall sending = new();
    private readonly bool transactional;
    private readonly Action<DeliveryReport<byte[]?, byte[]?>>? onDelivered;
    private readonly ExactArrays keys = new();
    private readonly ExactArrays values = new();
    private readonly ReusedHeaders headers = new();
    private readonly Message<byte[]?, byte[]?> message = new();
    private Error? failedDelivery;
    private volatile string? lastTrouble;

    internal ConfluentProducer(
        IReadOnlyDictionary<string, string> settings, bool transactional, IClientAuthentication authentication, ILogger logger)
    {
        this.transactional = transactional;
        if (!transactional)
            onDelivered = OnDelivered;
        var builder = new ProducerBuilder<byte[]?, byte[]?>(settings)
            .SetKeySerializer(PassedThrough.Instance)
            .SetValueSerializer(PassedThrough.Instance)
            .SetErrorHandler((self, error) =>
            {
                lastTrouble = error.Reason;
                StreamsLog.Client(logger, self.Name, error.Code.ToString(), error.Reason);
            })
            .SetLogHandler((_, line) => StreamsLog.ClientLine(logger, line.Name, line.Facility, line.Message));
        if (authentication.ProvidesTokens)
            builder.SetOAuthBearerTokenRefreshHandler((self, text) => ClientAuthenticationHook.Refresh(self, text, authentication, logger));
        producer = builder.Build();
    }

    /// <inheritdoc/>
    public void InitTransactions(TimeSpan wait) => Guard("Initialising transactions", () => producer.InitTransactions(wait));

    /// <inheritdoc/>
    public void BeginTransaction() => Guard("Beginning a transaction", producer.BeginTransaction);

    /// <inheritdoc/>
    public void Produce(in OutgoingRecord record)
    {
        message.Key = keys.Copy(record.Key);
        message.Value = values.Copy(record.Value);
        message.Headers = headers.Fill(record.Headers);
        message.Timestamp = record.TimestampMilliseconds < 0
            ? Timestamp.Default
            : new Timestamp(record.TimestampMilliseconds, TimestampType.CreateTime);
        var delivered = record.Stored is { } stored ? Tell(stored) : onDelivered;
        try
        {
            if (record.Partition is { } partition)
                producer.Produce(new Confluent.Kafka.TopicPartition(record.Topic, partition), message, delivered);
            else
                producer.Produce(record.Topic, message, delivered);
        }
        catch (ProduceException<byte[]?, byte[]?> exception)
        {
            // In a transaction that can only be aborted the client refuses records with a state error, not with the abort error.
            if (transactional && exception.Error.Code == ErrorCode.Local_State)
                throw new ClientException(ClientErrorClass.RequiresAbort, "Local_State",
                    "Producing failed: the transaction must be aborted.", exception);
            throw ErrorSorter.Sort("Producing to " + record.Topic, exception);
        }
    }

    /// <inheritdoc/>
    /// <remarks>librdkafka does not keep this call's time limit while it looks for the group's coordinator (its issue 5456, 2.12 and later): when that
    /// broker dies at the wrong moment, the call never comes back. Then this client is given up; new ones find the new coordinator.</remarks>
    public void SendOffsets(IReadOnlyCollection<PartitionOffset> offsets, GroupMembership membership, TimeSpan wait)
    {
        const string What = "Sending offsets to the transaction";
        var places = offsets.Select(offset => new TopicPartitionOffset(offset.Partition.Topic, offset.Partition.Partition, offset.NextOffset)).ToList();
        try
        {
            Guard(What, () => sending.Run(
                () => producer.SendOffsetsToTransaction(places, ((ConfluentMembership)membership).Metadata, wait), wait + Grace));
        }
        catch (TimeoutException exception)
        {
            throw new ClientException(ClientErrorClass.Fenced, "Local_TimedOut", $"{What} failed: {exception.Message} The group's coordinator is gone.", exception);
        }
    }

    /// <inheritdoc/>
    public void CommitTransaction(TimeSpan wait) => Guard("Committing the transaction", () => producer.CommitTransaction(wait));

    /// <inheritdoc/>
    public void AbortTransaction(TimeSpan wait) => Guard("Aborting the transaction", () => producer.AbortTransaction(wait));

    /// <inheritdoc/>
    public void Flush(TimeSpan wait)
    {
        var waiting = 0;
        Guard("Flushing", () => waiting = producer.Flush(wait));
        if (waiting > 0)
            throw new ClientException(ClientErrorClass.Retriable, "Local_TimedOut", "Flushing failed: records are still on their way.");
        if (Interlocked.Exchange(ref failedDelivery, null) is not { } error)
            return;

        // Never retriable: flushing again would succeed, without that record.
        var sorted = ErrorSorter.Sort("Delivering a record", new KafkaException(error));
        throw sorted.ErrorClass is ClientErrorClass.Fenced or ClientErrorClass.Fatal
            ? sorted
            : new ClientException(ClientErrorClass.RequiresAbort, sorted.Code, sorted.Message, sorted);
    }

    /// <inheritdoc/>
    public void Dispose() => sending.Free(producer.Dispose);

    // A time-out alone does not say why: the client's last word (connection refused, authentication failed) does.
    private void Guard(string action, Action call)
    {
        try
        {
            call();
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort(lastTrouble is { } trouble ? $"{action} ({trouble})" : action, exception);
        }
    }

    // A record that was not stored fails the commit.
    private static Action<DeliveryReport<byte[]?, byte[]?>> Tell(Action<long> stored) => report =>
    {
        if (!report.Error.IsError)
            stored(report.Offset.Value);
    };

    private void OnDelivered(DeliveryReport<byte[]?, byte[]?> report)
    {
        if (report.Error.IsError)
            Interlocked.CompareExchange(ref failedDelivery, report.Error, null);
    }

    /// <summary>Bytes are bytes.</summary>
    private sealed class PassedThrough : ISerializer<byte[]?>
    {
        internal static readonly PassedThrough Instance = new();

        public byte[] Serialize(byte[]? data, SerializationContext context) => data!; // null is a record without key or value
    }
}

namespace AuditStream.Streams.Ports;

/// <summary>Makes Kafka clients. Making one connects to nothing yet.</summary>
public interface IClientFactory
{
    /// <summary>Makes the consumer of a normalize thread: group <c>&lt;application.id&gt;</c>, own topics excluded.</summary>
    IStreamConsumer NormalizeConsumer(string clientId);

    /// <summary>Makes the consumer of an images thread: group <c>&lt;application.id&gt;-images</c>.</summary>
    IStreamConsumer ImagesConsumer(string clientId);

    /// <summary>Makes a reader of changelogs.</summary>
    IChangelogReader ChangelogReader(string clientId);

    /// <summary>Makes a reader of the records of tasks.</summary>
    /// <param name="clientId">The client's name in the broker's logs.</param>
    /// <param name="group">The group of whose tasks it reads; it never joins it.</param>
    /// <param name="committedOnly">False for records of open and of dropped transactions too.</param>
    IChangelogReader TaskReader(string clientId, string group, bool committedOnly);

    /// <summary>Makes the consumer of the sink: group <c>&lt;application.id&gt;-sink</c>.</summary>
    IStreamConsumer SinkConsumer(string clientId);

    /// <summary>Makes a producer.</summary>
    /// <param name="clientId">The client's name in the broker's logs.</param>
    /// <param name="transactionalId">The transactional id; null for a producer without transactions.</param>
    /// <param name="tellsOffsets">Whether it tells offsets of records (<see cref="OutgoingRecord.Stored"/>); that costs time with each record.</param>
    IStreamProducer Producer(string clientId, string? transactionalId, bool tellsOffsets = false);

    /// <summary>Makes an admin client.</summary>
    ITopicAdmin Admin(string clientId);
}

using AuditStream.Streams.Ports;
using Confluent.Kafka;

namespace AuditStream.Streams.Clients;

/// <summary>The library's own form of a membership.</summary>
internal sealed class ConfluentMembership(IConsumerGroupMetadata metadata) : GroupMembership
{
    /// <summary>Group, generation and member as the library holds them.</summary>
    internal IConsumerGroupMetadata Metadata { get; } = metadata;
}

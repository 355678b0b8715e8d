using System.Text;
using AuditStream.Streams.Check;
using AuditStream.Streams.Clients;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using Confluent.Kafka;
using TopicPartition = AuditStream.Streams.Ports.TopicPartition;

namespace AuditStream.Streams.Reading;

/// <summary>Reads all checkpoints that are on their topic. Changes nothing on the cluster.</summary>
/// <remarks>Blocks its caller.</remarks>
public sealed class CheckpointTopicReader(StreamsSettings settings, string topic)
{
    /// <summary>A note is no longer than this; bytes. What is longer was not written by this program, and is cut.</summary>
    private const int MaxNoteBytes = 8 * 1024 * 1024;

    /// <summary>Reads the notes up to the end that the topic has now.</summary>
    /// <param name="take">Takes each note.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <returns>False when there is no such topic.</returns>
    /// <exception cref="ClientException">Kafka was not reached, or refuses.</exception>
    public bool Read(Action<string> take, CancellationToken cancellationToken)
    {
        using var probe = new ClusterProbe(settings, new NoAuthentication());
        int partitions;
        try
        {
            partitions = probe.Metadata().Topics.GetValueOrDefault(topic);
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort($"Asking {settings.BootstrapServers} (Kafka:BootstrapServers) for topics", exception);
        }
        if (partitions == 0)
            return false;
        var ranges = probe.Ranges([.. Enumerable.Range(0, partitions).Select(number => new TopicPartition(topic, number))]);
        if (ranges.Count < partitions)
            throw new ClientException(ClientErrorClass.Retriable, "OffsetsUnknown", $"Asking for the offsets of {topic} failed: the cluster does not tell them.");
        RangeReader.Read(probe, settings.SinkGroup, ranges, record =>
        {
            take(Encoding.UTF8.GetString(record.Value.GetValueOrDefault().Span[..Math.Min(record.Value.GetValueOrDefault().Length, MaxNoteBytes)]));
            return true;
        }, cancellationToken);
        return true;
    }
}

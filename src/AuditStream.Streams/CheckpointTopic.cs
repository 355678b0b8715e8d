using System.Globalization;
using System.Text;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;

namespace AuditStream.Streams;

/// <summary>Passes checkpoints on to their topic: where they are out of reach of who may change the store.</summary>
/// <remarks>Checkpoints are few, so each has a producer of its own.</remarks>
public sealed class CheckpointTopic(StreamsSettings settings, IClientFactory clients, string topic)
{
    private static readonly TimeSpan CallWait = TimeSpan.FromSeconds(5);

    private static readonly Dictionary<string, string> topicSettings = new()
    {
        // Evidence: nothing of it goes away by itself.
        ["cleanup.policy"] = "delete",
        ["retention.ms"] = "-1",
        ["retention.bytes"] = "-1",
    };

    private bool isReady;

    /// <summary>Sends one: its key is its number, its value the signed note. Returns when the brokers have it.</summary>
    /// <exception cref="ClientException">It could not be sent.</exception>
    public async Task SendAsync(long number, string note, CancellationToken cancellationToken) =>
        await LongRunning.Run(() => Send(number, note)).WaitAsync(cancellationToken).ConfigureAwait(false);

    private bool Send(long number, string note)
    {
        var clientId = $"{settings.ApplicationId}-{settings.ProcessId}-checkpoints";
        if (!isReady && settings.CreateTopics)
        {
            using var admin = clients.Admin(clientId);
            // False: it comes with its first record.
            if (!admin.Topics(CallWait).ContainsKey(topic))
                _ = admin.Create(new TopicPlan(topic, Partitions: 1, settings.ReplicationFactor, topicSettings), CallWait);
        }
        isReady = true;
        using var producer = clients.Producer(clientId, transactionalId: null);
        producer.Produce(new OutgoingRecord
        {
            Topic = topic,
            Key = Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture)),
            Value = Encoding.UTF8.GetBytes(note),
            Headers = [],
            TimestampMilliseconds = -1,
        });
        producer.Flush(CallWait);
        return true;
    }
}

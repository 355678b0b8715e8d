using System.Globalization;
using System.Text;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams;

/// <summary>Passes checkpoints on to their topic: where they are out of reach of who may change the store.</summary>
/// <remarks>Checkpoints are few, so each has a producer of its own.</remarks>
public sealed class CheckpointTopic(StreamsSettings settings, IClientFactory clients, string topic, ILogger<CheckpointTopic> logger)
{
    private const string Unbounded = "-1";
    private static readonly TimeSpan CallWait = TimeSpan.FromSeconds(5);

    private static readonly Dictionary<string, string> topicSettings = new()
    {
        // Evidence: nothing of it goes away by itself.
        ["cleanup.policy"] = "delete",
        ["retention.ms"] = Unbounded,
        ["retention.bytes"] = Unbounded,
    };

    private bool isReady;

    /// <summary>Sends one: its key is its number, its value the signed note. Returns when the brokers have it.</summary>
    /// <exception cref="ClientException">It could not be sent.</exception>
    public async Task SendAsync(long number, string note, CancellationToken cancellationToken) =>
        await LongRunning.Run(() => Send(number, note)).WaitAsync(cancellationToken).ConfigureAwait(false);

    private bool Send(long number, string note)
    {
        var clientId = $"{settings.ApplicationId}-{settings.ProcessId}-checkpoints";
        if (!isReady)
            Prepare(clientId);
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

    // A topic that a broker makes by itself, with the first record, deletes its records after a week: none is left to that.
    private void Prepare(string clientId)
    {
        using var admin = clients.Admin(clientId);
        if (admin.Topics(CallWait).ContainsKey(topic))
        {
            Look(admin);
            return;
        }
        if (!settings.CreateTopics)
            throw new ClientException(ClientErrorClass.TopicMissing, "TopicMissing", $"The topic {topic} (Checkpoint:Topic) does not exist, and Final:CreateTopics is false.");
        if (admin.Create(new TopicPlan(topic, Partitions: 1, settings.ReplicationFactor, topicSettings), CallWait))
            StreamsLog.TopicCreated(logger, topic, 1);
        else
            StreamsLog.TopicLeftToBroker(logger, topic);
    }

    private void Look(ITopicAdmin admin)
    {
        if (admin.Settings(topic, CallWait) is not { } values || !values.GetValueOrDefault("cleanup.policy", "delete").Contains("delete", StringComparison.Ordinal))
            return;
        foreach (var setting in (string[])["retention.ms", "retention.bytes"])
        {
            if (values.GetValueOrDefault(setting, Unbounded) is var value && value != Unbounded)
                StreamsLog.TopicSetting(logger, topic, setting, value, "checkpoints are evidence, and go away with it; set it to -1.");
        }
    }
}

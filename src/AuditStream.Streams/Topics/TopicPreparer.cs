using System.Globalization;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Topics;

/// <summary>Makes the pipeline's own topics, or checks those that exist.</summary>
internal sealed class TopicPreparer(StreamsSettings settings, IReadOnlyList<OwnTopic> topics, IClientFactory clients, ILogger logger)
{
    private static readonly TimeSpan CallWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits until Kafka answers and the topics are there; says what it waits for.</summary>
    /// <returns>False when told to stop before.</returns>
    /// <exception cref="StreamsException">Not allowed, or refused by the cluster.</exception>
    internal bool Run(LoopClock clock, WaitNotice notice)
    {
        using var admin = clients.Admin($"{settings.ApplicationId}-{settings.ProcessId}-admin");
        while (!clock.Stop.IsCancellationRequested)
        {
            try
            {
                if (Prepare(admin) is not { } missing)
                {
                    notice.Over();
                    return true;
                }
                notice.Waits("the topic " + missing, settings.CreateTopics
                    ? "the cluster did not create it." : "it does not exist, and creating topics is switched off.");
            }
            catch (ClientException exception) when (exception.ErrorClass is ClientErrorClass.Retriable or ClientErrorClass.TopicMissing)
            {
                notice.Waits("Kafka", exception.Message);
            }
            catch (ClientException exception)
            {
                throw new StreamsException($"Preparing topics failed: {exception.Message}", exception);
            }
            clock.Pause(BetweenTries);
        }
        return false;
    }

    // The first topic that is missing and may not be made; null when all is ready.
    private string? Prepare(ITopicAdmin admin)
    {
        var existing = admin.Topics(CallWait);
        foreach (var own in topics)
        {
            if (existing.TryGetValue(own.Name, out var partitions))
                Check(admin, own, partitions);
            else if (!settings.CreateTopics)
                return own.Name;
            else if (!Create(admin, own) && !admin.Topics(CallWait).ContainsKey(own.Name))
                return own.Name;
        }
        if (settings.RawPattern is { Length: > 0 } pattern)
        {
            foreach (var left in existing.Keys.Where(topic => IsLeftOut(topic, pattern)).Order(StringComparer.Ordinal))
                StreamsLog.InternalTopicLeftOut(logger, left);
        }
        return null;
    }

    private bool IsLeftOut(string topic, string pattern) =>
        SettingsCheck.IsLeftOut(settings, topic) && !SettingsCheck.IsOwn(settings, topic) && TopicPattern.Matches(pattern, topic);

    private bool Create(ITopicAdmin admin, OwnTopic own)
    {
        var plan = new TopicPlan(own.Name, own.Partitions, settings.ReplicationFactor, own.Settings);
        var isCreated = admin.Create(plan, CallWait);
        if (isCreated)
            StreamsLog.TopicCreated(logger, own.Name, own.Partitions);
        else
            StreamsLog.TopicLeftToBroker(logger, own.Name);
        if (own.Name == settings.ChangelogTopic)
            StreamsLog.ImagesBegin(logger);
        return isCreated;
    }

    private void Check(ITopicAdmin admin, OwnTopic own, int partitions)
    {
        if (own.HasFixedPartitions && partitions != own.Partitions)
            throw new StreamsException(OwnTopics.OtherPartitions(settings, own, partitions));
        var topic = own.Name;
        if (admin.Settings(topic, CallWait) is not { } values)
            return;
        var isCompacted = values.TryGetValue("cleanup.policy", out var policy) && policy.Contains("compact", StringComparison.Ordinal);
        if (isCompacted && !own.IsCompacted)
            StreamsLog.TopicSetting(logger, topic, "cleanup.policy", policy ?? "", "compaction removes events; set it to delete.");
        if (own.IsCompacted && policy is not null && policy != "compact")
            throw new StreamsException($"The topic {topic} has cleanup.policy={policy}, and {own.Holds} that are deleted by age are lost: set it to compact.");
        if (own.Settings.ContainsKey("max.message.bytes") && values.TryGetValue("max.message.bytes", out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            && bytes < settings.MaxOwnMessageBytes)
        {
            StreamsLog.TopicSetting(
                logger, topic, "max.message.bytes", text,
                    FormattableString.Invariant($"an event can be twice its record; set it to {settings.MaxOwnMessageBytes}."));
        }
        if (own.KeepsTime && values.TryGetValue("message.timestamp.type", out var type) && type != "CreateTime")
            StreamsLog.TopicSetting(logger, topic, "message.timestamp.type", type,
                "events lose the time of their raw record; set it to CreateTime.");
    }
}

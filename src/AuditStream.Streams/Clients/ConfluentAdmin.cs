using AuditStream.Streams.Ports;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Clients;

/// <summary>The admin port on Confluent.Kafka.</summary>
internal sealed class ConfluentAdmin : ITopicAdmin
{
    /// <summary>How long the controller's answer is waited for, beyond which the cluster counts as one that has none.</summary>
    private static readonly TimeSpan ControllerWait = TimeSpan.FromSeconds(3);

    private readonly IAdminClient admin;
    private readonly string servers;
    private bool hasNoController;

    internal ConfluentAdmin(
        IReadOnlyDictionary<string, string> settings, bool hasNoController, IClientAuthentication authentication, ILogger logger)
    {
        this.hasNoController = hasNoController;
        servers = settings.GetValueOrDefault("bootstrap.servers", "");
        var builder = new AdminClientBuilder(settings)
            .SetErrorHandler((self, error) => StreamsLog.Client(logger, self.Name, error.Code.ToString(), error.Reason))
            .SetLogHandler((_, line) => StreamsLog.ClientLine(logger, line.Name, line.Facility, line.Message));
        if (authentication.ProvidesTokens)
            builder.SetOAuthBearerTokenRefreshHandler((self, text) => ClientAuthenticationHook.Refresh(self, text, authentication, logger));
        admin = builder.Build();
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> Topics(TimeSpan wait)
    {
        try
        {
            return admin.GetMetadata(wait).Topics.Where(topic => !topic.Error.IsError)
                .ToDictionary(topic => topic.Topic, topic => topic.Partitions.Count, StringComparer.Ordinal);
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort($"Asking {servers} (Kafka:BootstrapServers) for topics", exception);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string>? Settings(string topic, TimeSpan wait)
    {
        try
        {
            if (hasNoController)
                return null;
            var resource = new ConfigResource { Type = ResourceType.Topic, Name = topic };
            var results = admin.DescribeConfigsAsync([resource],
                new DescribeConfigsOptions { RequestTimeout = ControllerWait }).GetAwaiter().GetResult();
            return results.SelectMany(result => result.Entries.Values).Where(entry => entry.Value is not null)
                .ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
        }
        catch (KafkaException exception) when (IsWithoutController(exception))
        {
            hasNoController = true;
            return null;
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort("Asking for a topic's settings", exception);
        }
    }

    /// <inheritdoc/>
    public bool Create(TopicPlan topic, TimeSpan wait)
    {
        try
        {
            if (hasNoController)
                return Touch(topic.Name, wait);
            var specification = new TopicSpecification
            {
                Name = topic.Name,
                NumPartitions = topic.Partitions,
                ReplicationFactor = (short)topic.ReplicationFactor,
                Configs = topic.Settings.ToDictionary(setting => setting.Key, setting => setting.Value),
            };
            admin.CreateTopicsAsync([specification], new CreateTopicsOptions { RequestTimeout = ControllerWait, OperationTimeout = wait })
                .GetAwaiter().GetResult();
            return true;
        }
        catch (CreateTopicsException exception) when (exception.Results.All(result => result.Error.Code == ErrorCode.TopicAlreadyExists))
        {
            return true;
        }
        catch (CreateTopicsException exception)
        {
            var error = exception.Results.First(result => result.Error.IsError).Error;
            throw ErrorSorter.Sort("Creating the topic " + topic.Name, new KafkaException(error));
        }
        catch (KafkaException exception) when (IsWithoutController(exception))
        {
            hasNoController = true;
            return Touch(topic.Name, wait);
        }
        catch (KafkaException exception)
        {
            throw ErrorSorter.Sort("Creating the topic " + topic.Name, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => admin.Dispose();

    // The brokers answer, and no controller does: a mock cluster, or a real one between two controllers. The caller looks again.
    private static bool IsWithoutController(KafkaException exception) =>
        exception.Error.Code == ErrorCode.Local_TimedOut && exception.Error.Reason.Contains("controller", StringComparison.Ordinal);

    // Mock clusters make a topic when it is first asked for.
    private bool Touch(string topic, TimeSpan wait)
    {
        admin.GetMetadata(topic, wait);
        return false;
    }
}

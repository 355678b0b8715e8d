using AuditStream.Streams.Embedded;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Clients;

/// <summary>Makes the real clients, on Confluent.Kafka.</summary>
public sealed class KafkaClientFactory : IClientFactory
{
    private readonly StreamsSettings settings;
    private readonly IClientAuthentication authentication;
    private readonly ILogger logger;

    /// <summary>Makes the factory.</summary>
    /// <param name="settings">The service's settings.</param>
    /// <param name="authentication">How clients prove who they are; null for what the client settings say.</param>
    /// <param name="loggers">Where the clients' own words go.</param>
    public KafkaClientFactory(StreamsSettings settings, IClientAuthentication? authentication, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(loggers);
        this.settings = settings;
        this.authentication = authentication ?? new NoAuthentication();
        logger = loggers.CreateLogger<KafkaClientFactory>();
    }

    /// <inheritdoc/>
    public IStreamConsumer NormalizeConsumer(string clientId) =>
        Consumer(ClientSettings.Consumer(settings, clientId, settings.ApplicationId, ClientSettings.ExcludedTopics(settings)));

    /// <inheritdoc/>
    public IStreamConsumer ImagesConsumer(string clientId) =>
        Consumer(ClientSettings.Consumer(settings, clientId, settings.ImagesGroup, excludedTopics: null));

    /// <inheritdoc/>
    public IChangelogReader ChangelogReader(string clientId) => Reader(clientId, settings.ImagesGroup, committedOnly: true);

    /// <inheritdoc/>
    public IChangelogReader TaskReader(string clientId, string group, bool committedOnly) => Reader(clientId, group, committedOnly);

    /// <inheritdoc/>
    public IStreamConsumer SinkConsumer(string clientId) =>
        Consumer(ClientSettings.Consumer(settings, clientId, settings.SinkGroup, excludedTopics: null));

    /// <inheritdoc/>
    public IStreamProducer Producer(string clientId, string? transactionalId, bool tellsOffsets = false)
    {
        var values = ClientSettings.Producer(settings, clientId, transactionalId, tellsOffsets);
        authentication.Configure(values);
        return Made(() => new ConfluentProducer(values, transactional: transactionalId is not null, authentication, logger));
    }

    /// <inheritdoc/>
    public ITopicAdmin Admin(string clientId)
    {
        var values = ClientSettings.Admin(settings, clientId);
        authentication.Configure(values);
        return Made(() => new ConfluentAdmin(values, MockCluster.IsOneOfThisProcess(settings.BootstrapServers), authentication, logger));
    }

    // A setting that the library does not know, or a value that it does not take.
    private static T Made<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or KafkaException)
        {
            throw new ClientException(ClientErrorClass.Fatal, "InvalidConfig", $"Making a Kafka client failed: {exception.Message}",
                exception);
        }
    }

    // A consumer needs a group, though this one never joins it and commits nothing.
    private ConfluentChangelogReader Reader(string clientId, string group, bool committedOnly)
    {
        var values = ClientSettings.Consumer(settings, clientId, group, excludedTopics: null);
        if (!committedOnly)
            values["isolation.level"] = "read_uncommitted";
        authentication.Configure(values);
        return Made(() => new ConfluentChangelogReader(values, authentication, logger));
    }

    private ConfluentConsumer Consumer(Dictionary<string, string> values)
    {
        authentication.Configure(values);
        return Made(() => new ConfluentConsumer(values, authentication, logger));
    }
}

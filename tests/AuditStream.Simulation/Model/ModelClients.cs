using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;

namespace AuditStream.Simulation.Model;

/// <summary>Makes a process's clients, from the settings that the real ones are made from.</summary>
internal sealed class ModelClients(ModelProcess process) : IClientFactory
{
    /// <inheritdoc/>
    public IStreamConsumer NormalizeConsumer(string clientId)
    {
        var settings = process.Settings;
        return process.Use(new ModelConsumer(
            process, clientId, ClientSettings.Consumer(settings, clientId, settings.ApplicationId, ClientSettings.ExcludedTopics(settings))));
    }

    /// <inheritdoc/>
    public IStreamConsumer ImagesConsumer(string clientId)
    {
        var settings = process.Settings;
        return process.Use(new ModelConsumer(
            process, clientId, ClientSettings.Consumer(settings, clientId, settings.ImagesGroup, excludedTopics: null)));
    }

    /// <inheritdoc/>
    public IChangelogReader ChangelogReader(string clientId) => new ModelChangelogReader(process);

    /// <inheritdoc/>
    public IStreamConsumer SinkConsumer(string clientId) => throw new NotSupportedException("No sink runs in the simulation.");

    /// <inheritdoc/>
    public IStreamProducer Producer(string clientId, string? transactionalId) =>
        process.Use(new ModelProducer(process, ClientSettings.Producer(process.Settings, clientId, transactionalId)));

    /// <inheritdoc/>
    public ITopicAdmin Admin(string clientId) => throw new NotSupportedException("The model's topics are there from the beginning.");
}

using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;

namespace AuditStream.Simulation.Model;

/// <summary>Makes a process's clients, from the settings that the real ones are made from.</summary>
internal sealed class ModelClients(ModelProcess process) : IClientFactory
{
    private StreamsSettings Settings => process.Settings;

    /// <inheritdoc/>
    public IStreamConsumer NormalizeConsumer(string clientId) => Consumer(clientId, Settings.ApplicationId, ClientSettings.ExcludedTopics(Settings));

    /// <inheritdoc/>
    public IStreamConsumer ImagesConsumer(string clientId) => Consumer(clientId, Settings.ImagesGroup, excludedTopics: null);

    /// <inheritdoc/>
    public IChangelogReader ChangelogReader(string clientId) => new ModelChangelogReader(process);

    /// <inheritdoc/>
    public IChangelogReader TaskReader(string clientId, string group, bool committedOnly) => new ModelTaskReader(process, committedOnly);

    /// <inheritdoc/>
    public IStreamConsumer SinkConsumer(string clientId) => Consumer(clientId, Settings.SinkGroup, excludedTopics: null);

    /// <inheritdoc/>
    public IStreamProducer Producer(string clientId, string? transactionalId, bool tellsOffsets = false)
    {
        var made = new ModelProducer(process, clientId, ClientSettings.Producer(Settings, clientId, transactionalId, tellsOffsets));

        // One that takes the id of another process for a moment is not what faults are to strike.
        return transactionalId is null || transactionalId == clientId ? process.Use(made) : made;
    }

    /// <inheritdoc/>
    public ITopicAdmin Admin(string clientId) => throw new NotSupportedException("The model's topics are there from the beginning.");

    private ModelConsumer Consumer(string clientId, string group, string? excludedTopics) =>
        process.Use(new ModelConsumer(process, clientId, ClientSettings.Consumer(Settings, clientId, group, excludedTopics)));
}

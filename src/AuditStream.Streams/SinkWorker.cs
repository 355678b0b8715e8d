using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Sink;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Sinking;
using AuditStream.Streams.Tasks;
using AuditStream.Streams.Topics;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams;

/// <summary>The sink sub-topology in this process: one thread, one store.</summary>
public sealed class SinkWorker : IStreamWorker
{
    private readonly StreamsSettings settings;
    private readonly IClientFactory clients;
    private readonly string fingerprint;
    private readonly Func<IAuditStore> store;
    private readonly ISchemaSource? schemas;
    private readonly StreamsMetrics metrics;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly ThreadStatus preparing = new("sink-topics");
    private volatile SinkThread? thread;

    /// <summary>Makes the worker; connects to nothing yet.</summary>
    /// <param name="settings">Settings without problems (<see cref="SettingsCheck"/>).</param>
    /// <param name="clients">Makes Kafka clients: <see cref="Clients.KafkaClientFactory"/>.</param>
    /// <param name="fingerprint">The identity key's fingerprint: events of another key stop the sink.</param>
    /// <param name="store">Makes the store; called once, disposed at the end.</param>
    /// <param name="metrics">Counts; shared by all workers of the process.</param>
    /// <param name="loggers">Where sentences go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="schemas">Where the schemas of events in Avro come from; null when no registry is configured.</param>
    public SinkWorker(
        StreamsSettings settings,
        IClientFactory clients,
        string fingerprint,
        Func<IAuditStore> store,
        StreamsMetrics metrics,
        ILoggerFactory loggers,
        TimeProvider time,
        ISchemaSource? schemas = null)
    {
        ArgumentNullException.ThrowIfNull(loggers);
        this.settings = settings;
        this.clients = clients;
        this.fingerprint = fingerprint;
        this.store = store;
        this.metrics = metrics;
        this.time = time;
        this.schemas = schemas;
        logger = loggers.CreateLogger<SinkWorker>();
    }

    /// <inheritdoc/>
    public string Name => TaskId.Sink;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var clock = new LoopClock(time, settings.DrainSeconds, stop.Token, pause: null);

        // It never touches the others, and its login need not see them.
        var ready = await LongRunning.Run(() =>
            new TopicPreparer(settings, OwnTopics.OfSink(settings), clients, logger).Run(clock, new WaitNotice(preparing, logger, time)));
        if (!ready)
            return;
        var started = new SinkThread(settings, clients, fingerprint, schemas, store(), metrics, logger, clock);
        thread = started;
        await LongRunning.RunAll([started.Run], stop);
    }

    /// <inheritdoc/>
    public WorkerReport Report() => new(Name, [(thread?.Status ?? preparing).Report()]);
}

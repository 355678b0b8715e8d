using AuditStream.Core.Normalize;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tasks;
using AuditStream.Streams.Topics;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams;

/// <summary>The normalize sub-topology in this process: own topics made ready, then so many threads.</summary>
public sealed class NormalizeWorker : IStreamWorker
{
    private readonly StreamsSettings settings;
    private readonly IClientFactory clients;
    private readonly Func<TaskId, IRecordHandler> handlers;
    private readonly StreamsMetrics metrics;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly ThreadStatus preparing = new("normalize-topics");
    private volatile IReadOnlyList<NormalizeThread> threads = [];

    /// <summary>Makes the worker; connects to nothing yet.</summary>
    /// <param name="settings">Settings without problems (<see cref="SettingsCheck"/>).</param>
    /// <param name="clients">Makes Kafka clients: <see cref="Clients.KafkaClientFactory"/>.</param>
    /// <param name="handlers">Makes the handler of a task: a new one at each call, because tasks never share one.</param>
    /// <param name="metrics">Counts; shared by all workers of the process.</param>
    /// <param name="loggers">Where sentences go.</param>
    /// <param name="time">The clock.</param>
    public NormalizeWorker(
        StreamsSettings settings,
        IClientFactory clients,
        Func<TaskId, IRecordHandler> handlers,
        StreamsMetrics metrics,
        ILoggerFactory loggers,
        TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(loggers);
        this.settings = settings;
        this.clients = clients;
        this.handlers = handlers;
        this.metrics = metrics;
        this.time = time;
        logger = loggers.CreateLogger<NormalizeWorker>();
    }

    /// <inheritdoc/>
    public string Name => TaskId.Normalize;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var clock = new LoopClock(time, settings.DrainSeconds, stop.Token, pause: null);
        var ready = await LongRunning.Run(() =>
            new TopicPreparer(settings, clients, logger).Run(clock, new WaitNotice(preparing, logger, time)));
        if (!ready)
            return;
        var started = Enumerable.Range(1, settings.Threads)
            .Select(number => new NormalizeThread(number, settings, clients, handlers, metrics, logger, clock)).ToArray();
        threads = started;
        await LongRunning.RunAll([.. started.Select(thread => (Action)thread.Run)], stop);
    }

    /// <inheritdoc/>
    public WorkerReport Report() =>
        new(Name, threads is { Count: > 0 } running ? [.. running.Select(thread => thread.Status.Report())] : [preparing.Report()]);
}

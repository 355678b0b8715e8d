using AuditStream.Core.Account;
using AuditStream.Core.Normalize;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tasks;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams;

/// <summary>The images sub-topology in this process: forwarded changes become events with the help of their rows' last images.</summary>
public sealed class ImagesWorker : IStreamWorker
{
    private readonly LoopRunner runner;

    /// <summary>Makes the worker; connects to nothing yet.</summary>
    /// <param name="settings">Settings without problems (<see cref="SettingsCheck"/>).</param>
    /// <param name="clients">Makes Kafka clients: <see cref="Clients.KafkaClientFactory"/>.</param>
    /// <param name="handlers">Makes the handler of a task, over an empty store: a new one at each call, because tasks never share one.</param>
    /// <param name="account">Makes what makes ledger events: called once a thread; null writes none.</param>
    /// <param name="metrics">Counts; shared by all workers of the process.</param>
    /// <param name="loggers">Where sentences go.</param>
    /// <param name="time">The clock.</param>
    public ImagesWorker(
        StreamsSettings settings,
        IClientFactory clients,
        Func<TaskId, IImageHandler> handlers,
        Func<PipelineEvents>? account,
        StreamsMetrics metrics,
        ILoggerFactory loggers,
        TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(loggers);
        ArgumentNullException.ThrowIfNull(clients);
        var role = LoopRole.Images(settings, clients, handlers, account);
        runner = new LoopRunner(settings, clients, role, metrics, loggers.CreateLogger<ImagesWorker>(), time);
    }

    /// <inheritdoc/>
    public string Name => TaskId.Images;

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellationToken) => runner.RunAsync(cancellationToken);

    /// <inheritdoc/>
    public WorkerReport Report() => runner.Report();
}

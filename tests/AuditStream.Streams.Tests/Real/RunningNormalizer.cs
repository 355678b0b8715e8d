using System.Diagnostics.Metrics;
using AuditStream.Core.Account;
using AuditStream.Core.Normalize;
using AuditStream.Streams.Clients;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace AuditStream.Streams.Tests.Real;

/// <summary>A normalize worker at work against a cluster, with the trivial handler.</summary>
internal sealed class RunningNormalizer : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Task run;

    internal RunningNormalizer(StreamsSettings settings, Func<IRecordHandler>? handler = null, Func<PipelineEvents>? account = null)
    {
        Metrics = new StreamsMetrics(services.GetRequiredService<IMeterFactory>());
        Worker = new NormalizeWorker(
            settings,
            new KafkaClientFactory(settings, authentication: null, Log),
            _ => handler?.Invoke() ?? new CopyHandler(),
            account,
            Metrics,
            Log,
            TimeProvider.System);
        run = Worker.RunAsync(stop.Token);
    }

    internal NormalizeWorker Worker { get; }

    internal StreamsMetrics Metrics { get; }

    internal CollectedLog Log { get; } = new();

    internal Task Run => run;

    internal IReadOnlyList<string> Tasks => [.. Worker.Report().Threads.SelectMany(thread => thread.Tasks)];

    /// <summary>Stops as a signal would, and waits for the clean end.</summary>
    internal async Task StopAsync()
    {
        await stop.CancelAsync();
        await run;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAny(run);
        stop.Dispose();
        await services.DisposeAsync();
    }
}

using System.Threading.Channels;
using AuditStream.App.Configuration;
using AuditStream.App.Health;
using AuditStream.App.Hosting;
using AuditStream.App.Identity;
using AuditStream.Core.Sink;
using AuditStream.Demo.Live;
using AuditStream.Demo.Messages;
using AuditStream.Demo.Output;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuditStream.Demo;

/// <summary>The product in this process: the host of <c>auditstream run</c>, with its log in a file and a look at what the sink commits.</summary>
public sealed class RunningProduct : IAsyncDisposable
{
    private const int SeenRows = 10_000;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(25);

    private readonly WebApplication application;
    private readonly StreamsMetrics metrics;
    private readonly TimeProvider time;
    private readonly Channel<Arrival> seen;
    private readonly Func<long> settled;

    private RunningProduct(WebApplication application, Channel<Arrival> seen, Func<long> settled)
    {
        this.settled = settled;
        this.application = application;
        this.seen = seen;
        metrics = application.Services.GetRequiredService<StreamsMetrics>();
        time = application.Services.GetRequiredService<TimeProvider>();
    }

    /// <summary>Events and dead letters as the sink commits them; the oldest are forgotten when nobody reads.</summary>
    public ChannelReader<Arrival> Seen => seen.Reader;

    /// <summary>The committed sums of the run.</summary>
    public Streams.Ledger.LedgerSnapshot Ledger => metrics.Ledger();

    /// <summary>What became of the rows given to the store.</summary>
    public StoreResult Stored => metrics.Stored();

    /// <summary>Why it stopped by itself; null while it runs.</summary>
    public string? Failure => application.Services.GetRequiredService<RunOutcome>().Failure;

    /// <summary>Starts it.</summary>
    public static async Task<RunningProduct> StartAsync(AuditStreamOptions options, string logFile, CancellationToken cancellationToken)
    {
        var builder = ServiceHost.CreateBuilder(options, IdentityKeyStore.Load(options.Identity));
        var seen = Channel.CreateBounded<Arrival>(new BoundedChannelOptions(SeenRows) { FullMode = BoundedChannelFullMode.DropOldest });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ILoggerProvider>(new FileLoggerProvider(logFile, TimeProvider.System));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        ObservedStore? store = null;
        builder.Services.AddSingleton<Func<IAuditStore>>(provider =>
            () => store = new ObservedStore(WorkerServices.CreateStore(provider, options), seen.Writer, TimeProvider.System));
        var application = ServiceHost.Build(builder);
        await application.StartAsync(cancellationToken).ConfigureAwait(false);
        return new RunningProduct(application, seen, () => store?.Changes ?? 0);
    }

    /// <summary>A publisher of raw messages to the same brokers.</summary>
    public RawPublisher Publisher() => new(application.Services.GetRequiredService<IClientFactory>().Producer("demo-source", transactionalId: null));

    /// <summary>Waits until everything that was published is in the table: by the product's own sums, not by time.</summary>
    /// <exception cref="DemoFailedException">The product stopped, or it took too long.</exception>
    public async Task DrainAsync(long published, TimeSpan within, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var timer = new PeriodicTimer(BetweenLooks, time);
        while (!IsDrained(published))
        {
            if (Failure is { } failure)
                throw new DemoFailedException($"The product stopped: {failure}");
            if (time.GetElapsedTime(started) > within)
                throw new DemoFailedException($"Not everything arrived within {within.TotalSeconds} s. {HowFar(published)}");
            await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Stops it as a signal would: what is open is finished.</summary>
    public Task StopAsync() => application.StopAsync(CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => application.DisposeAsync();

    private bool IsDrained(long published)
    {
        var (total, stored) = (metrics.Ledger().Total, metrics.Stored());
        return total.Consumed >= published && settled() >= total.Events && stored.DeadLetters >= total.DeadLetters;
    }

    private string HowFar(long published)
    {
        var (total, stored) = (metrics.Ledger().Total, metrics.Stored());
        var waits = string.Join("; ", application.Services.GetRequiredService<Readiness>().Checks
            .Where(check => !check.IsReady).Select(check => $"{check.Name} {check.Reason}"));
        return $"Published {published}; consumed {total}; stored {settled()} events and {stored.DeadLetters} dead letters. {waits}";
    }
}

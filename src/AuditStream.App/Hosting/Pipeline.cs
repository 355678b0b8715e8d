using AuditStream.App.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.App.Health;
using AuditStream.Core.Identity;
using AuditStream.Core.Sink;
using AuditStream.Streams;
using AuditStream.Streams.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuditStream.App.Hosting;

/// <summary>Runs the workers of this process's roles, watches them, and ends the process when one cannot go on.</summary>
/// <remarks>A worker that cannot go on takes the process with it (exit code 1): whoever runs the service sees it, restarts it when it is
/// mended, and no half of a pipeline runs on in silence. What passes by itself never comes here: workers wait.</remarks>
public sealed class Pipeline(
    AuditStreamOptions options,
    IdentityKey identityKey,
    StoreGate storeGate,
    FinalSchema finalSchema,
    IEnumerable<IStreamWorker> workers,
    Readiness readiness,
    RunOutcome outcome,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<Pipeline> logger) : BackgroundService
{
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var roles = string.Join(", ", options.Roles.Select(role => WireName.Of(role)));
        logger.Starting(Product.Version, options.ApplicationId, roles, EffectiveSettings.NormalizerHash(options)[..12], identityKey.Fingerprint);
        try
        {
            if (options.Roles.Contains(ServiceRole.Sink))
                await storeGate.PassAsync(identityKey.Fingerprint, stoppingToken).ConfigureAwait(false);
            await finalSchema.PassAsync(stoppingToken).ConfigureAwait(false);
            await RunWorkersAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return; // told to stop while it waited: a clean end
        }
        catch (StoreException exception)
        {
            Fail("postgresql", Cli.ExitCodeOf(exception), exception.Message);
        }
        catch (FinalSchemaException exception)
        {
            Fail(FinalSchema.Part, exception.ExitCode, exception.Message);
        }
        finally
        {
            lifetime.StopApplication();
        }
    }

    // The workers end together: each is told to stop as soon as one has failed.
    private async Task RunWorkersAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var endOfWatch = new CancellationTokenSource();
        var watch = WatchAsync(endOfWatch.Token);
        await Task.WhenAll(workers.Select(worker => RunAsync(worker, stop))).ConfigureAwait(false);
        await endOfWatch.CancelAsync().ConfigureAwait(false);
        await watch.ConfigureAwait(false);
    }

    // Every failure of a worker is turned into the run's outcome here; the process ends with it.
    private async Task RunAsync(IStreamWorker worker, CancellationTokenSource stop)
    {
        try
        {
            await worker.RunAsync(stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return; // told to stop
        }
        catch (StreamsException exception)
        {
            Fail(worker.Name, ExitCode.FoundWrong, exception.Message);
        }
        catch (ClientException exception)
        {
            Fail(worker.Name, ExitCode.FoundWrong, exception.Message);
        }
        catch (StoreException exception)
        {
            Fail(worker.Name, Cli.ExitCodeOf(exception), exception.Message);
        }
        catch (Exception exception) // a fault of the program: everything stops, and the log has the trace
        {
            logger.Fault(exception, worker.Name);
            Fail(worker.Name, ExitCode.FoundWrong, "A fault of the program ended it; see the log above.");
        }
        await stop.CancelAsync().ConfigureAwait(false);
    }

    private void Fail(string part, int exitCode, string reason)
    {
        readiness.SetNotReady(part, reason);
        logger.CannotGoOn(part, reason);
        outcome.Fail(exitCode, reason);
    }

    // Workers log by themselves what they wait for; here it only becomes visible to whoever asks for readiness.
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(BetweenReports, time);
        try
        {
            do
            {
                foreach (var report in workers.Select(worker => worker.Report()))
                {
                    if (report.IsReady)
                        readiness.SetReady(report.Worker);
                    else
                        readiness.SetNotReady(report.Worker, string.Join("; ", report.Remarks()));
                }
            }
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            return; // the workers have ended
        }
    }
}

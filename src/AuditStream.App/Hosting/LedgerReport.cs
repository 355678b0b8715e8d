using AuditStream.App.Configuration;
using AuditStream.Streams.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuditStream.App.Hosting;

/// <summary>Logs the sums of the run when it has ended: consumed = emitted + dead letters + skips.</summary>
public sealed class LedgerReport(AuditStreamOptions options, StreamsMetrics metrics, ILogger<LedgerReport> logger) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Registered before the pipeline, so that it is stopped after it.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        var repartition = EdgeSettings.Streams(options).RepartitionTopic;
        if (options.Roles.Contains(ServiceRole.Normalize))
        {
            var sums = metrics.Ledger().TotalWhere(topic => topic != repartition);
            if (sums.IsBalanced)
                logger.StoppedNormalize(sums.Consumed, sums.Emitted, sums.DeadLetters, sums.Skipped, sums.Events, sums.Forwards);
            else
                logger.LedgerBreach(sums.Consumed, sums.Emitted, sums.DeadLetters, sums.Skipped);
        }
        if (options.Roles.Contains(ServiceRole.Images))
        {
            var sums = metrics.Ledger().TotalWhere(topic => topic == repartition);
            if (sums.IsBalanced)
                logger.StoppedImages(sums.Consumed, sums.Emitted, sums.DeadLetters, sums.Skipped);
            else
                logger.LedgerBreach(sums.Consumed, sums.Emitted, sums.DeadLetters, sums.Skipped);
        }
        if (options.Roles.Contains(ServiceRole.Sink))
        {
            var stored = metrics.Stored();
            logger.StoppedSink(stored.Inserted, stored.Duplicates, stored.Divergences, stored.Refused, stored.DeadLetters);
        }
        return Task.CompletedTask;
    }
}

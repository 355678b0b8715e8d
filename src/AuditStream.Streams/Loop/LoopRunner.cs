using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Topics;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Loop;

/// <summary>The threads of one sub-topology in this process: own topics made ready, then so many threads.</summary>
internal sealed class LoopRunner(
    StreamsSettings settings, IClientFactory clients, LoopRole role, StreamsMetrics metrics, ILogger logger, TimeProvider time)
{
    private readonly ThreadStatus preparing = new(role.Name + "-topics");
    private volatile IReadOnlyList<StreamThread> threads = [];

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var clock = new LoopClock(time, settings.DrainSeconds, stop.Token, pause: null);
        var ready = await LongRunning.Run(() =>
            new TopicPreparer(settings, OwnTopics.Of(settings), clients, logger).Run(clock, new WaitNotice(preparing, logger, time)));
        if (!ready)
            return;
        var started = Enumerable.Range(1, settings.Threads)
            .Select(number => new StreamThread(number, role, settings, clients, metrics, logger, clock)).ToArray();
        threads = started;
        await LongRunning.RunAll([.. started.Select(thread => (Action)thread.Run)], stop);
    }

    internal WorkerReport Report() => new(
        role.Name, threads is { Count: > 0 } running ? [.. running.Select(thread => thread.Status.Report())] : [preparing.Report()]);
}

using AuditStream.Core.Account;
using AuditStream.Core.Images;
using AuditStream.Core.Normalize;
using AuditStream.Simulation.Audit;
using AuditStream.Simulation.Model;
using AuditStream.Simulation.Time;
using AuditStream.Streams;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Sinking;
using AuditStream.Streams.Tasks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.Simulation;

/// <summary>A place where processes run one after the other, each with the threads of its sub-topologies.</summary>
internal sealed class Instance(History history, int number, Shape shape)
{
    private static readonly TimeSpan longestRestart = TimeSpan.FromSeconds(12);

    /// <summary>Longer than any history.</summary>
    private static readonly TimeSpan ever = TimeSpan.FromDays(1);

    /// <summary>Runs until all are told to stop.</summary>
    internal void Live()
    {
        for (var life = 1; !history.IsStopping; life++)
        {
            using var process = new ModelProcess(history, shape.Settings with { ProcessId = FormattableString.Invariant($"i{number}p{life}") })
            {
                Disk = history.DiskOf(number),
            };
            history.Begins(process);
            Run(process);
            history.HasEnded(process);
            if (!history.IsStopping)
                history.Scheduler.Wait(history.Broker.Up(longestRestart), () => history.IsStopping);
        }
    }

    private void Run(ModelProcess process)
    {
        using var meters = new MeterFactory();
        var metrics = new StreamsMetrics(meters);
        using var clock = new LoopClock(new VirtualTime(history.Scheduler), shape.Settings.DrainSeconds, process.Stopping, (length, token) =>
        {
            if (!token.IsCancellationRequested)
                process.Wait(length, () => token.IsCancellationRequested);
        })
        { Tasks = new VirtualTasks(process) };
        ILogger logger = history.KeepsTrace ? new TraceLog(line => history.Note(process, line)) : NullLogger.Instance;
        var threads = Threads(process, metrics, clock, logger).ToArray();
        var left = threads.Length;
        foreach (var thread in threads[1..])
            history.Scheduler.Add(new Actor(process.Name, () => RunThread(thread)));
        RunThread(threads[0]);
        if (left > 0)
            history.Scheduler.Wait(ever, () => left == 0);
        if (!process.IsDead && history.Now < process.DrainedBy && LeftOpen(process))
            history.Breach($"{process.Name} has stopped and left a transaction open (24)");
        process.End();
        history.Ledgers.Add(metrics.Ledger());

        void RunThread(Action thread)
        {
            Guarded(process, thread);
            left--;
            history.Scheduler.Changed();
        }
    }

    private IEnumerable<Action> Threads(ModelProcess process, StreamsMetrics metrics, LoopClock clock, ILogger logger)
    {
        var clients = new ModelClients(process);
        var settings = process.Settings;
        foreach (var name in shape.RolesOf(number))
        {
            if (name == TaskId.Sink)
            {
                var store = new ModelStore(process, history.Database);
                yield return () => new SinkThread(settings, clients, EventText.Fingerprint, schemas: null, store, metrics, logger, clock).Run();
                continue;
            }
            var role = name == TaskId.Images
                ? LoopRole.Images(settings, clients, task => new ImagesHandler(
                    process, process.Disk is { } disk ? new ModelImageStore(process, disk, task.Partition) : new MemoryImageStore()), Account)
                : LoopRole.Normalize(settings, clients, _ => new SourceHandler(process), Account);
            for (var thread = 1; thread <= shape.Threads; thread++)
            {
                var its = thread;
                yield return () => new StreamThread(its, role, settings, clients, metrics, logger, clock).Run();
            }
        }
    }

    private PipelineEvents Account() => new(
        new NormalizerSettings { IdentityKey = EventText.IdentityKey, ConfigHash = "model", ProductVersion = "model" }, shape.Settings.ApplicationId);

    // As in the product, a thread that fails takes its process with it.
    private void Guarded(ModelProcess process, Action thread)
    {
        try
        {
            thread();
        }
#pragma warning disable CA1031 // What a dead process throws on its way is nobody's.
        catch (Exception) when (process.IsDead || history.Scheduler.IsBroken)
#pragma warning restore CA1031
        {
            return;
        }
        catch (StreamsException exception)
        {
            history.Breach($"{process.Name} failed: {exception.Message}");
            process.Stop();
        }
    }

    private bool LeftOpen(ModelProcess process) => history.Broker.Transactions.Unfinished.Any(one =>
        one.State == TransactionState.Ongoing && one.Id.Contains($"-{process.Name}-", StringComparison.Ordinal));
}

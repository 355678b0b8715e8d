using AuditStream.Simulation.Audit;
using AuditStream.Simulation.Breaks;
using AuditStream.Simulation.Faults;
using AuditStream.Simulation.Model;
using AuditStream.Simulation.Time;
using AuditStream.Streams;
using AuditStream.Streams.Ledger;
using AuditStream.Streams.Loop;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.Simulation;

/// <summary>One history: a source, a broker, two or more instances of the loop, and faults; everything from one seed.</summary>
/// <remarks>
/// Purpose: find what loses, repeats or reorders a record under any interleaving of crashes, zombies, lost answers and rebalances.
/// Design: the loop's own code over a model of the broker, in virtual time, one instance at a time. Guarantee: the same seed gives the same
/// history, to the byte of its trace.
/// </remarks>
internal sealed class History
{
    private const int MinRecords = 200;
    private const int MaxRecords = 320;
    private const int MinFaults = 3;
    private const int MaxFaults = 8;
    private const int MaxInstances = 5;

    /// <summary>How long everything may take once nothing fails any more: a session, a transaction's time-out, the broker's look at it, a
    /// restart and a back-off, one after the other, and then the work.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan longestStop = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan longestRestart = TimeSpan.FromSeconds(12);

    private readonly int seed;
    private readonly VirtualTime time;
    private readonly Source source;
    private readonly StreamsSettings settings;
    private readonly List<string>? trace;
    private readonly List<string> breaches = [];
    private readonly List<ModelProcess> running = [];
    private readonly List<LedgerSnapshot> ledgers = [];
    private int instances;
    private int processes;
    private bool isStopping;
    private TimeSpan stoppedAt;

    private History(int seed, bool keepsTrace)
    {
        this.seed = seed;
        trace = keepsTrace ? [] : null;
        Random = new Random(seed);
        Scheduler = new Scheduler(Random) { OnTime = Watch };
        time = new VirtualTime(Scheduler);
        settings = DrawSettings();
        Broker = new ModelBroker(Scheduler, Random, settings, Write);
        var records = Random.Next(MinRecords, MaxRecords);
        source = new Source(Broker, records);
        Faults = new FaultPlan(Random, Random.Next(MinFaults + 2, MaxFaults + 1), records);
    }

    internal Random Random { get; }

    internal Scheduler Scheduler { get; }

    internal ModelBroker Broker { get; }

    internal FaultPlan Faults { get; }

    /// <summary>How many records were delivered, again ones included.</summary>
    internal int Delivered { get; set; }

    /// <summary>When the last fault is over.</summary>
    internal TimeSpan LastFaultEndsAt { get; set; }

    /// <summary>Runs one.</summary>
    internal static Report Run(int seed, bool keepsTrace = false)
    {
        var history = new History(seed, keepsTrace);
        var count = 2 + history.Random.Next(2);
        for (var instance = 0; instance < count; instance++)
            history.AddInstance();
        history.Scheduler.Run();
        return history.Audit();
    }

    /// <summary>One more instance, unless there are enough.</summary>
    internal void AddInstance()
    {
        if (instances >= MaxInstances || isStopping)
            return;
        var number = ++instances;
        Scheduler.Add(new Actor(FormattableString.Invariant($"instance-{number}"), () => Live(number)));
    }

    /// <summary>Something that must never happen has happened.</summary>
    internal void Breach(string what)
    {
        Write("BREACH " + what);
        if (!breaches.Contains(what))
            breaches.Add(what);
    }

    internal void Note(ModelProcess process, string line)
    {
        if (trace is not null && !process.IsDead)
            Write($"{process.Name} {line}");
    }

    // The images' loop under at_least_once is not tried: an event may then tell of an image that is later than itself.
    private StreamsSettings DrawSettings()
    {
        var keepsImages = Random.Next(3) == 0;
        return new()
        {
            BootstrapServers = "model",
            ApplicationId = "audit",
            ProcessId = "none",
            RawTopics = [ModelBroker.RawTopic],
            FinalTopic = ModelBroker.FinalTopic,
            DeadLetterTopic = ModelBroker.DeadLetterTopic,
            MaxTransactionRecords = 1 + Random.Next(Random.Next(2) == 0 ? 8 : 60),
            KeepsImages = keepsImages,
            ImagePartitions = 3 + Random.Next(2),
            Guarantee = !keepsImages && Random.Next(8) == 0 ? ProcessingGuarantee.AtLeastOnce : ProcessingGuarantee.ExactlyOnceV2,
        };
    }

    private void Write(string line) => trace?.Add(FormattableString.Invariant($"{Scheduler.Now.TotalMilliseconds,12:f3} {line}"));

    // An instance is a place where processes run one after the other.
    private void Live(int number)
    {
        for (var life = 1; !isStopping; life++)
        {
            using var process = new ModelProcess(this, settings with { ProcessId = FormattableString.Invariant($"i{number}p{life}") });
            running.Add(process);
            processes++;
            Note(process, "begins");
            RunProcess(process);
            running.Remove(process);
            if (!isStopping)
                Scheduler.Wait(Broker.Up(longestRestart), () => isStopping);
        }
    }

    private void RunProcess(ModelProcess process)
    {
        using var meters = new MeterFactory();
        var metrics = new StreamsMetrics(meters);
        using var clock = new LoopClock(time, settings.DrainSeconds, process.Stopping, (length, token) =>
        {
            if (!token.IsCancellationRequested)
                process.Wait(length, () => token.IsCancellationRequested);
        });
        ILogger logger = trace is null ? NullLogger.Instance : new TraceLog(line => Note(process, line));
        var clients = new ModelClients(process);
        var role = settings.KeepsImages
            ? LoopRole.Images(process.Settings, clients, _ => new ImagesHandler(process))
            : LoopRole.Normalize(process.Settings, clients, _ => new SourceHandler(process));
        var thread = new StreamThread(1, role, process.Settings, clients, metrics, logger, clock);
        try
        {
            thread.Run();
            if (Scheduler.Now < process.DrainedBy && LeftOpen(process))
                Breach($"{process.Name} has stopped and left a transaction open (24)");
        }
#pragma warning disable CA1031 // What a dead process throws on its way is nobody's.
        catch (Exception) when (process.IsDead || Scheduler.IsBroken)
#pragma warning restore CA1031
        {
            return;
        }
        catch (StreamsException exception)
        {
            Breach($"{process.Name} failed: {exception.Message}");
        }
        finally
        {
            Note(process, "has ended");
            process.End();
            ledgers.Add(metrics.Ledger());
        }
    }

    private bool LeftOpen(ModelProcess process) => Broker.Transactions.Unfinished.Any(one =>
        one.State == TransactionState.Ongoing && one.Id.Contains($"-{process.Name}-", StringComparison.Ordinal));

    private void Watch()
    {
        if (isStopping)
        {
            if (Scheduler.Now - stoppedAt > longestStop && !Scheduler.IsBroken)
            {
                Breach("processes were told to stop and do not end");
                Scheduler.Break();
            }
            return;
        }
        var isLate = Scheduler.Now - LastFaultEndsAt > patience && (source.IsOver || Scheduler.Now > 2 * patience);
        if (isLate && !IsDone)
            Breach($"not all is done, long after the last fault: {Unfinished()}");
        if (!isLate && !IsDrained)
            return;
        isStopping = true;
        stoppedAt = Scheduler.Now;
        Write("all are told to stop");
        foreach (var process in running.ToArray())
            process.Stop();
        Scheduler.Changed();
    }

    private bool IsDrained => Faults.All.Count - Faults.Left >= MinFaults && Scheduler.Now > LastFaultEndsAt && IsDone;

    private bool IsDone => source.IsOver && !Broker.Transactions.Unfinished.Any()
        && Broker.RawPartitions.All(partition => (Broker.Group.Committed(partition) ?? 0) == Broker.Log(partition).EndOfCommitted);

    private string Unfinished()
    {
        var open = Broker.Transactions.Unfinished.Select(one => $"{one.Id} is {one.State}");
        var behind = Broker.RawPartitions
            .Select(partition => $"{partition} {Broker.Group.Committed(partition)} of {Broker.Log(partition).EndOfCommitted}");
        return string.Join(", ", [.. open, .. behind, $"{Faults.Left} faults left, source {source.IsOver}"]);
    }

    private Report Audit()
    {
        var isExactlyOnce = settings.Guarantee == ProcessingGuarantee.ExactlyOnceV2;
        var reader = ClientSettings.Consumer(settings, "auditor", settings.SinkGroup, excludedTopics: null);
        var auditor = new Auditor(source, Broker, isExactlyOnce, settings.KeepsImages, reader["isolation.level"] == "read_committed");
        breaches.AddRange(auditor.Audit(ledgers));
        return new Report(
            seed, breaches, source.Written.Count, Faults.All.Count - Faults.Left, processes, Broker.Group.Generation, Scheduler.Now, trace ?? []);
    }
}

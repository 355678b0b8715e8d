using AuditStream.Simulation.Audit;
using AuditStream.Simulation.Faults;
using AuditStream.Simulation.Model;
using AuditStream.Simulation.Time;
using AuditStream.Streams.Ledger;
using AuditStream.Streams.Settings;

namespace AuditStream.Simulation;

/// <summary>One history: a source, a broker, a store, two or more instances of the pipeline, and faults; everything from one seed.</summary>
/// <remarks>
/// Purpose: find what loses, repeats or reorders a record under any interleaving of crashes, zombies, lost answers and rebalances.
/// Design: the loop's own code over a model of the broker, in virtual time, one thread at a time. Guarantee: the same seed gives the same
/// history, to the byte of its trace.
/// </remarks>
internal sealed class History
{
    private const int MinRecords = 200;
    private const int MaxRecords = 320;
    private const int MinFaults = 3;
    private const int MaxFaults = 8;
    private const int MaxInstances = 6;

    /// <summary>How long everything may take once nothing fails any more: a session, a transaction's time-out, the broker's look at it, a
    /// restart and a back-off, one after the other, and then the work.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(90);

    /// <summary>How long a process that stood still may take for what it was about to do: without transactions that is still written.</summary>
    private static readonly TimeSpan untilAwake = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan longestStop = TimeSpan.FromSeconds(60);

    private readonly int seed;
    private readonly Shape shape;
    private readonly Source source;
    private readonly List<string>? trace;
    private readonly List<string> breaches = [];
    private readonly List<ModelProcess> running = [];
    private readonly Dictionary<int, ModelDisk> disks = [];
    private readonly CrashWatch? watch;
    private int instances;
    private int processes;
    private int crashes;
    private TimeSpan stoppedAt;
    private TimeSpan lastFaultEndsAt;
    private TimeSpan lastHindranceEndsAt;

    private History(int seed, bool keepsTrace, IReadOnlyCollection<int> without)
    {
        this.seed = seed;
        trace = keepsTrace ? [] : null;
        Random = new Random(seed);
        Scheduler = new Scheduler(Random) { OnTime = Watch };
        shape = new Shape(Random);
        Write(shape.ToString());
        Database = new ModelDatabase(Scheduler);
        Broker = new ModelBroker(Scheduler, Random, Write) { SlowestChangelogRecord = shape.SlowestChangelogRecord };
        AddTopics(shape.Settings);
        if (shape.MayDescribe)
            watch = new CrashWatch(Broker, shape.Settings.TasksTopic, Breach);
        var records = Random.Next(MinRecords, MaxRecords);
        source = new Source(Broker, shape, records);
        Faults = new FaultPlan(Random, Random.Next(MinFaults + 2, MaxFaults + 1), records, shape.Has, without);
    }

    internal Random Random { get; }

    internal Scheduler Scheduler { get; }

    internal ModelBroker Broker { get; }

    internal ModelDatabase Database { get; }

    internal FaultPlan Faults { get; }

    internal TimeSpan Now => Scheduler.Now;

    /// <summary>True when what happens is to be told.</summary>
    internal bool KeepsTrace => trace is not null;

    /// <summary>True when all are told to stop.</summary>
    internal bool IsStopping { get; private set; }

    /// <summary>The ledgers of processes that have ended.</summary>
    internal List<LedgerSnapshot> Ledgers { get; } = [];

    /// <summary>How many records were delivered, again ones included.</summary>
    internal int Delivered { get; set; }

    /// <summary>Runs one.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="keepsTrace">Whether each step is told.</param>
    /// <param name="without">Faults that do not strike, by their places in the plan.</param>
    internal static Report Run(int seed, bool keepsTrace = false, IReadOnlyCollection<int>? without = null)
    {
        var history = new History(seed, keepsTrace, without ?? []);
        for (var instance = 0; instance < history.shape.Instances; instance++)
            history.AddInstance();
        history.Scheduler.Run();
        return history.Audit();
    }

    /// <summary>The first seed from 1 on that fails; null when none of so many does.</summary>
    internal static int? FirstBroken(int seeds)
    {
        for (var seed = 1; seed <= seeds; seed++)
        {
            if (Run(seed).Breaches.Count > 0)
                return seed;
        }
        return null;
    }

    /// <summary>The faults that a failing history can do without, by their places in the plan: of the rest each is needed.</summary>
    internal static IReadOnlyCollection<int> Needless(int seed)
    {
        var without = new SortedSet<int>();
        for (var fault = 0; fault < MaxFaults; fault++)
        {
            without.Add(fault);
            if (Run(seed, without: without).Breaches.Count == 0)
                without.Remove(fault);
        }
        return without;
    }

    /// <summary>One more instance, unless there are enough.</summary>
    internal void AddInstance()
    {
        if (instances >= MaxInstances || IsStopping)
            return;
        var instance = new Instance(this, ++instances, shape);
        Scheduler.Add(new Actor(FormattableString.Invariant($"instance-{instances}"), instance.Live));
    }

    /// <summary>Where an instance keeps row images; null for in memory.</summary>
    internal ModelDisk? DiskOf(int instance)
    {
        if (!shape.Settings.ImagesOnDisk)
            return null;
        var place = shape.SharesDisk ? 0 : instance;
        if (!disks.TryGetValue(place, out var disk))
            disks.Add(place, disk = new ModelDisk());
        return disk;
    }

    /// <summary>A process begins.</summary>
    internal void Begins(ModelProcess process)
    {
        running.Add(process);
        processes++;
        Note(process, "begins");
    }

    /// <summary>A process has ended, however.</summary>
    internal void HasEnded(ModelProcess process)
    {
        running.Remove(process);
        Write($"{process.Name} has ended");
    }

    /// <summary>A fault has struck.</summary>
    internal void Struck(Fault fault, TimeSpan until)
    {
        watch?.Struck(fault, Now, until);
        lastFaultEndsAt = until > lastFaultEndsAt ? until : lastFaultEndsAt;
        if (fault.Kind is not (FaultKind.Crash or FaultKind.PowerLoss or FaultKind.Rebalance or FaultKind.Join or FaultKind.Stop
            or FaultKind.HandlerThrows or FaultKind.Fence))
            lastHindranceEndsAt = lastFaultEndsAt;
        crashes += fault.Kind is FaultKind.Crash or FaultKind.PowerLoss or FaultKind.Freeze ? 1 : 0;
    }

    /// <summary>A member has left because nobody polled: where no fault kept it from that, it should have.</summary>
    internal void PolledLate(string clientId, TimeSpan lastPoll)
    {
        if (lastHindranceEndsAt < lastPoll)
            Breach($"{clientId} was not polled for so long that it had to leave, and no fault kept it (15)");
    }

    /// <summary>A process is about to die.</summary>
    internal void Crashes(ModelProcess process) => watch?.Crashed(process, Now);

    /// <summary>True where who the members of a group are may be asked for.</summary>
    internal bool MayDescribe => shape.MayDescribe;

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

    private void AddTopics(StreamsSettings settings)
    {
        Broker.AddPartitions(ModelBroker.FinalTopic, ModelBroker.FinalPartitions);
        Broker.AddPartitions(ModelBroker.DeadLetterTopic, 1);
        Broker.AddPartitions(settings.TasksTopic, settings.TaskPartitions);
        if (shape.Normalizes)
            Broker.AddPartitions(ModelBroker.RawTopic, shape.RawPartitions);
        if (!shape.KeepsImages)
            return;
        Broker.AddPartitions(settings.RepartitionTopic, settings.ImagePartitions);
        Broker.AddPartitions(settings.ChangelogTopic, settings.ImagePartitions);
    }

    private void Write(string line) => trace?.Add(FormattableString.Invariant($"{Scheduler.Now.TotalMilliseconds,12:f3} {line}"));

    private void Watch()
    {
        if (IsStopping)
        {
            if (Scheduler.Now - stoppedAt > longestStop && !Scheduler.IsBroken)
            {
                Breach("processes were told to stop and do not end");
                Scheduler.Break();
            }
            return;
        }
        watch?.Look(Now);
        var isLate = Scheduler.Now - lastFaultEndsAt > patience && (source.IsOver || Scheduler.Now > 2 * patience);
        if (isLate && !IsDone)
            Breach($"not all is done, long after the last fault: {Unfinished()}");
        if (!isLate && !IsDrained)
            return;
        IsStopping = true;
        stoppedAt = Scheduler.Now;
        Write("all are told to stop");
        foreach (var process in running.ToArray())
            process.Stop();
        Scheduler.Changed();
    }

    private bool IsDrained => Faults.Struck >= Math.Min(MinFaults, Faults.All.Count) && Scheduler.Now > lastFaultEndsAt + untilAwake && IsDone;

    private bool IsDone => source.IsOver && !Broker.Transactions.Unfinished.Any() && Behind().All(one => one.Committed == one.End);

    private IEnumerable<(PartitionLog Log, long Committed, long End)> Behind() =>
        from entry in shape.Groups()
        let coordinator = Broker.Group(entry.Group)
        from log in Broker.Logs
        where entry.Reads(log.Partition.Topic)
        select (log, coordinator.Committed(log.Partition) ?? 0, log.EndOfCommitted);

    private string Unfinished()
    {
        var open = Broker.Transactions.Unfinished.Select(one => $"{one.Id} is {one.State}");
        var behind = Behind().Where(one => one.Committed != one.End).Select(one => $"{one.Log.Partition} {one.Committed} of {one.End}");
        return string.Join(", ", [.. open, .. behind, $"{Faults.Left} faults left, source {source.IsOver}"]);
    }

    private Report Audit()
    {
        var reader = ClientSettings.Consumer(shape.Settings, "auditor", shape.Settings.SinkGroup, excludedTopics: null);
        var auditor = new Auditor(source, Broker, Database, shape, reader["isolation.level"] == "read_committed");
        breaches.AddRange(auditor.Audit(Ledgers));
        var counts = new Counts
        {
            Records = source.Written.Count,
            Faults = Faults.Struck,
            Crashes = crashes,
            Processes = processes,
            Rebalances = Broker.Groups.Sum(group => group.Generation),
            Fences = Broker.Transactions.Fences,
            Commits = Broker.Transactions.Commits,
            Lost = auditor.Lost,
            Twice = auditor.Twice,
            VirtualTime = Scheduler.Now,
        };
        return new Report(seed, breaches, counts, trace ?? []);
    }
}

using AuditStream.Simulation.Faults;
using AuditStream.Simulation.Time;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;

namespace AuditStream.Simulation.Model;

/// <summary>One process of the pipeline from its start to its death: the clients of its threads, and what strikes it.</summary>
internal sealed class ModelProcess : IDisposable
{
    private static readonly TimeSpan longestAnswer = TimeSpan.FromMilliseconds(6);
    private static readonly TimeSpan untilRestarted = TimeSpan.FromSeconds(4);
    private readonly CancellationTokenSource stop = new();
    private readonly SortedDictionary<string, ModelConsumer> consumers = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ModelProducer> producers = new(StringComparer.Ordinal);
    private readonly Func<bool> isDead;
    private TimeSpan frozenUntil;

    internal ModelProcess(History history, StreamsSettings settings)
    {
        History = history;
        Settings = settings;
        isDead = () => IsDead;
    }

    internal History History { get; }

    internal ModelBroker Broker => History.Broker;

    internal Random Random => History.Random;

    internal StreamsSettings Settings { get; }

    internal string Name => Settings.ProcessId;

    /// <summary>True from its death on: no client of it does anything any more.</summary>
    internal bool IsDead { get; private set; }

    /// <summary>True while it stands still as a whole.</summary>
    internal bool IsFrozen => Now < frozenUntil;

    internal CancellationToken Stopping => stop.Token;

    /// <summary>Until when schemas cannot be had.</summary>
    internal TimeSpan SchemasMissingUntil { get; private set; }

    /// <summary>Where it keeps row images; null for in memory.</summary>
    internal ModelDisk? Disk { get; init; }

    internal TimeSpan Now => History.Scheduler.Now;

    /// <summary>When it must have finished what is open; later it may leave it.</summary>
    internal TimeSpan DrainedBy { get; private set; } = TimeSpan.MaxValue;

    private IEnumerable<(GroupMember Member, TimeSpan SessionTimeout)> Members =>
        consumers.Values.Where(consumer => consumer.Member is { IsIn: true }).Select(consumer => (consumer.Member!, consumer.SessionTimeout));

    internal ModelConsumer Use(ModelConsumer made) => consumers[made.ClientId] = made;

    internal ModelProducer Use(ModelProducer made) => producers[made.ClientId] = made;

    /// <summary>Told to stop.</summary>
    internal void Stop()
    {
        if (!IsDead && !stop.IsCancellationRequested)
        {
            DrainedBy = Now + TimeSpan.FromSeconds(Settings.DrainSeconds);
            stop.Cancel();
        }
        History.Scheduler.Changed();
    }

    /// <summary>A thread of it waits in virtual time; others run meanwhile.</summary>
    internal void Wait(TimeSpan time, Func<bool>? unless = null)
    {
        History.Scheduler.Wait(time, unless is null ? isDead : () => IsDead || unless());
        while (IsFrozen && !IsDead)
            History.Scheduler.Wait(frozenUntil - Now, isDead);
        ThrowIfDead();
    }

    /// <summary>Asks again until it is so.</summary>
    /// <exception cref="ClientException">Time ran out.</exception>
    internal void WaitFor(Func<bool> condition, TimeSpan wait, string what)
    {
        var end = Now + wait;
        while (!condition())
        {
            if (Now >= end)
                throw Refusal.TimedOut(what);
            Wait(TimeSpan.FromMilliseconds(10));
        }
    }

    /// <summary>A call that goes to the broker and comes back.</summary>
    internal void Ask(Call call, TimeSpan wait, Action request, ModelProducer? producer = null)
    {
        var fault = At(call, isAfter: false, producer);
        if (fault?.Kind == FaultKind.LostRequest || Broker.IsDown)
        {
            Wait(wait);
            throw Refusal.TimedOut(call.ToString());
        }
        Wait(Broker.Up(longestAnswer));
        request();
        fault = At(call, isAfter: true, producer);
        if (fault?.Kind == FaultKind.RepeatedRequest)
            request();
        if (fault?.Kind != FaultKind.LostResponse)
            return;
        Wait(wait);
        throw Refusal.TimedOut(call.ToString());
    }

    /// <summary>A named point: others may run here, and a fault may strike.</summary>
    /// <returns>The fault that the caller itself has to play; null for none.</returns>
    internal Fault? At(Call call, bool isAfter, ModelProducer? producer = null)
    {
        ThrowIfDead();
        if (Random.Next(8) == 0)
            Wait(TimeSpan.Zero);
        var point = new Point(call, isAfter);
        if (History.Faults.Take(point, History.Delivered) is not { } fault)
            return null;
        History.Note(this, $"FAULT {fault} ({point})");
        History.Struck(fault, until: Now + fault.Length);
        Strike(fault, producer);
        return fault;
    }

    /// <summary>After a callback that may have kept what was thrown in it.</summary>
    internal void ThrowIfDead()
    {
        if (IsDead || History.Scheduler.IsBroken)
            throw new EndedException();
    }

    /// <summary>Ends it, however it came to its end: members that have not left are missed.</summary>
    internal void End()
    {
        if (IsDead)
            return;
        foreach (var (member, sessionTimeout) in Members)
            member.Group.Miss(member, sessionTimeout);
        IsDead = true;
        History.Scheduler.Changed();
    }

    /// <inheritdoc/>
    public void Dispose() => stop.Dispose();

    private void Strike(Fault fault, ModelProducer? producer)
    {
        switch (fault.Kind)
        {
            case FaultKind.Crash or FaultKind.PowerLoss:
                History.Crashes(this);
                End();
                if (fault.Kind == FaultKind.PowerLoss)
                    Disk?.LosePower(Random);
                throw new EndedException();
            case FaultKind.Freeze:
                Freeze(fault.Length);
                break;
            case FaultKind.Slow:
                Wait(fault.Length);
                break;
            case FaultKind.Outage:
                Broker.GoDown(fault.Length);
                break;
            case FaultKind.Rebalance:
                var groups = Broker.Groups.ToArray();
                groups[Random.Next(groups.Length)].Rebalance();
                break;
            case FaultKind.Stop:
                Stop();
                break;
            case FaultKind.Join:
                History.AddInstance();
                break;
            case FaultKind.HandlerThrows:
                History.Struck(fault, until: Now + untilRestarted);
                Broker.After(untilRestarted, Stop);
                break;
            case FaultKind.SchemaMissing:
                SchemasMissingUntil = Now + fault.Length;
                break;
            case FaultKind.DiskFull when Disk is not null:
                Disk.FullUntil = Now + fault.Length;
                break;
            case FaultKind.StoreOutage:
                History.Database.GoDown(fault.Length);
                break;
            case FaultKind.SlowMarkers:
                Broker.Transactions.MarkerDelay = fault.Length;
                History.Struck(fault, until: Now + (2 * fault.Length));
                Broker.After(fault.Length, () => Broker.Transactions.MarkerDelay = TimeSpan.Zero);
                break;
            default:
                (producer ?? producers.Values.ElementAtOrDefault(Random.Next(Math.Max(1, producers.Count))))?.Strike(fault);
                break;
        }
    }

    private void Freeze(TimeSpan length)
    {
        var frozen = Members.ToArray();
        foreach (var (member, sessionTimeout) in frozen)
            member.Group.Miss(member, sessionTimeout);
        frozenUntil = Now + length;
        Wait(TimeSpan.Zero);
        foreach (var (member, _) in frozen)
            GroupCoordinator.Hear(member);
    }
}

using AuditStream.Simulation.Faults;
using AuditStream.Simulation.Time;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;

namespace AuditStream.Simulation.Model;

/// <summary>One process of the pipeline from its start to its death: its clients, and what strikes it.</summary>
internal sealed class ModelProcess(History history, StreamsSettings settings) : IDisposable
{
    private static readonly TimeSpan longestAnswer = TimeSpan.FromMilliseconds(6);
    private static readonly TimeSpan untilRestarted = TimeSpan.FromSeconds(4);
    private readonly CancellationTokenSource stop = new();
    private ModelConsumer? consumer;
    private ModelProducer? producer;

    internal History History => history;

    internal ModelBroker Broker => history.Broker;

    internal Random Random => history.Random;

    internal StreamsSettings Settings => settings;

    internal string Name => settings.ProcessId;

    /// <summary>True from its death on: no client of it does anything any more.</summary>
    internal bool IsDead { get; private set; }

    internal CancellationToken Stopping => stop.Token;

    /// <summary>Until when schemas cannot be had.</summary>
    internal TimeSpan SchemasMissingUntil { get; private set; }

    internal TimeSpan Now => history.Scheduler.Now;

    internal ModelConsumer Use(ModelConsumer made) => consumer = made;

    internal ModelProducer Use(ModelProducer made) => producer = made;

    /// <summary>When it must have finished what is open; later it may leave it.</summary>
    internal TimeSpan DrainedBy { get; private set; } = TimeSpan.MaxValue;

    /// <summary>Told to stop.</summary>
    internal void Stop()
    {
        if (!IsDead && !stop.IsCancellationRequested)
        {
            DrainedBy = Now + TimeSpan.FromSeconds(settings.DrainSeconds);
            stop.Cancel();
        }
        history.Scheduler.Changed();
    }

    /// <summary>Waits in virtual time; others run meanwhile.</summary>
    internal void Wait(TimeSpan time, Func<bool>? unless = null)
    {
        history.Scheduler.Wait(time, unless);
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
    internal void Ask(Call call, TimeSpan wait, Action request)
    {
        var fault = At(call, isAfter: false);
        if (fault?.Kind == FaultKind.LostRequest || Broker.IsDown)
        {
            Wait(wait);
            throw Refusal.TimedOut(call.ToString());
        }
        Wait(Broker.Up(longestAnswer));
        request();
        fault = At(call, isAfter: true);
        if (fault?.Kind == FaultKind.RepeatedRequest)
            request();
        if (fault?.Kind != FaultKind.LostResponse)
            return;
        Wait(wait);
        throw Refusal.TimedOut(call.ToString());
    }

    /// <summary>A named point: others may run here, and a fault may strike.</summary>
    /// <returns>The fault that the caller itself has to play; null for none.</returns>
    internal Fault? At(Call call, bool isAfter)
    {
        ThrowIfDead();
        if (Random.Next(8) == 0)
            Wait(TimeSpan.Zero);
        var point = new Point(call, isAfter);
        if (history.Faults.Take(point, history.Delivered) is not { } fault)
            return null;
        history.Note(this, $"FAULT {fault} ({point})");
        history.LastFaultEndsAt = Now + fault.Length;
        Strike(fault);
        return fault;
    }

    /// <summary>After a callback that may have kept what was thrown in it.</summary>
    internal void ThrowIfDead()
    {
        if (IsDead || history.Scheduler.IsBroken)
            throw new EndedException();
    }

    /// <summary>Ends it, however it came to its end: a member that has not left is missed.</summary>
    internal void End()
    {
        if (!IsDead && consumer?.Member is { IsIn: true } member)
            Broker.Group.Miss(member, consumer.SessionTimeout);
        IsDead = true;
    }

    /// <inheritdoc/>
    public void Dispose() => stop.Dispose();

    private void Strike(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.Crash:
                IsDead = true;
                if (consumer?.Member is { } dead)
                    Broker.Group.Miss(dead, consumer.SessionTimeout);
                throw new EndedException();
            case FaultKind.Freeze:
                var frozen = consumer?.Member;
                if (frozen is not null)
                    Broker.Group.Miss(frozen, consumer!.SessionTimeout); // it has a member, so it is there
                Wait(fault.Length);
                if (frozen is not null)
                    GroupCoordinator.Hear(frozen);
                break;
            case FaultKind.Slow:
                Wait(fault.Length);
                break;
            case FaultKind.Outage:
                Broker.GoDown(fault.Length);
                break;
            case FaultKind.Rebalance:
                Broker.Group.Rebalance();
                break;
            case FaultKind.Stop:
                Stop();
                break;
            case FaultKind.Join:
                history.AddInstance();
                break;
            case FaultKind.HandlerThrows:
                history.LastFaultEndsAt = Now + untilRestarted;
                Broker.After(untilRestarted, Stop);
                break;
            case FaultKind.SchemaMissing:
                SchemasMissingUntil = Now + fault.Length;
                break;
            case FaultKind.SlowMarkers:
                Broker.Transactions.MarkerDelay = fault.Length;
                Broker.After(fault.Length, () => Broker.Transactions.MarkerDelay = TimeSpan.Zero);
                break;
            default:
                producer?.Strike(fault);
                break;
        }
    }
}

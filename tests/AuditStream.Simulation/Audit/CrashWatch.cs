using AuditStream.Simulation.Faults;
using AuditStream.Simulation.Model;

namespace AuditStream.Simulation.Audit;

/// <summary>What a crashed process left open must end before its time-out, where others live that can see to it and nothing else goes wrong.</summary>
/// <remarks>By the time-out alone it would end 10 to 20 s after it was begun; here it has a session and what the next owners need.</remarks>
internal sealed class CrashWatch(ModelBroker broker, string tasksTopic, Action<string> breach)
{
    /// <summary>A session of 6 s, a rebalance, and the claims.</summary>
    private static readonly TimeSpan longestTakeover = TimeSpan.FromSeconds(9);

    /// <summary>After another fault: calls that still wait, a back-off, a join and the claims.</summary>
    private static readonly TimeSpan longestSettling = TimeSpan.FromSeconds(20);

    private readonly List<(string Process, TimeSpan At)> crashed = [];
    private TimeSpan disturbedUntil = -longestSettling;

    /// <summary>A fault has struck.</summary>
    internal void Struck(Fault fault, TimeSpan now, TimeSpan until)
    {
        // That a process is gone lasts no longer than it takes the others, but who was to take over from another may be the one that died.
        var isCrash = fault.Kind is FaultKind.Crash or FaultKind.PowerLoss;
        var end = Lasts(fault.Kind) ? until : now;
        if (!isCrash || crashed.Count > 0)
            disturbedUntil = end > disturbedUntil ? end : disturbedUntil;
    }

    /// <summary>A process is about to die.</summary>
    internal void Crashed(ModelProcess process, TimeSpan now)
    {
        foreach (var group in broker.Groups)
        {
            var isIn = group.Members.Any(member => IsOf(member.ClientId, process));
            if (isIn && !group.Members.Any(member => !IsOf(member.ClientId, process) && member is { HasJoined: true, Given: null, Assignment.Count: > 0 }))
                return;
        }
        crashed.Add((process.Name, now));
    }

    /// <summary>Time has gone on.</summary>
    internal void Look(TimeSpan now)
    {
        for (var index = crashed.Count - 1; index >= 0; index--)
        {
            var (process, at) = crashed[index];
            if (now < at + longestTakeover || now < disturbedUntil + longestSettling)
                continue;
            crashed.RemoveAt(index);
            var left = broker.Transactions.Unfinished.Where(one => one.State == TransactionState.Ongoing && IsOf(one.Id, process));
            if (left.FirstOrDefault(IsKnown) is { } open)
                breach(FormattableString.Invariant($"{open.Id} died at {at.TotalSeconds:f1} s, and what it left is still open (9)"));
        }
    }

    // The others are over as soon as they have struck, whatever length was drawn for them.
    private static bool Lasts(FaultKind kind) => kind is FaultKind.Freeze or FaultKind.Slow or FaultKind.Outage or FaultKind.MustAbort
        or FaultKind.SchemaMissing or FaultKind.SlowMarkers or FaultKind.StoreOutage or FaultKind.DiskFull or FaultKind.HandlerThrows;

    private static bool IsOf(string id, ModelProcess process) => IsOf(id, process.Name);

    private static bool IsOf(string id, string process) => id.Contains($"-{process}-", StringComparison.Ordinal);

    // Who dies in its first transaction, its offsets sent and its records still on their way, has not said yet that it owns anything.
    private bool IsKnown(Transaction one) =>
        broker.LogsOf(tasksTopic).Any(log => log.ReadAll(isReadCommitted: false).Any(entry => entry.ProducerId == one.ProducerId));
}

using System.Diagnostics;
using System.Globalization;
using AuditStream.Chaos.Stack;
using AuditStream.Testing;

namespace AuditStream.Chaos.Faults;

/// <summary>Does one fault after the other until the time is over; what a fault broke, it mends itself.</summary>
internal sealed class FaultRunner(ChaosStack stack, Fleet fleet, Deck deck, Action<string> say)
{
    private const int MaxGuestsOfStorm = 3;
    private static readonly TimeSpan Session = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SyncLimit = TimeSpan.FromSeconds(120);
    private readonly SlowDatabase database = new(stack);

    /// <summary>What was done.</summary>
    internal FaultCounts Counts { get; } = new();

    private Random Random => deck.Random;

    /// <summary>Runs for a time, and until each kind has struck once.</summary>
    /// <param name="time">No other fault begins after it.</param>
    internal async Task RunAsync(TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        await Pause.ForAsync(Seconds(2, 4), CancellationToken.None);
        for (var fault = 0; clock.Elapsed < time || fault < deck.Kinds; fault++)
        {
            await DoAsync(deck.Next());
            await Pause.ForAsync(Seconds(0.5, 5), CancellationToken.None);
        }
    }

    private Task DoAsync(FaultKind kind) => kind switch
    {
        FaultKind.KillInstance => KillAsync(Pick()),
        FaultKind.KillTwoInstances => KillTwoAsync(),
        FaultKind.KillBroker => KillBrokerAsync(() => Task.CompletedTask),
        FaultKind.KillBrokerAndInstance => KillBrokerAsync(() => KillAsync(Pick())),
        FaultKind.Zombie => FreezeAsync(Pick()),
        FaultKind.RebalanceStorm => StormAsync(),
        FaultKind.LockedTable => OnDatabaseAsync("the audit table is locked", database.LockAsync),
        FaultKind.FrozenDatabase => OnDatabaseAsync("the store stands still", database.FreezeAsync),
        FaultKind.CutConnections => OnDatabaseAsync("the store's connections are cut", database.CutAsync),
        FaultKind.FullDisk => FillDiskAsync(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such fault."),
    };

    private async Task KillAsync(Instance instance)
    {
        instance.IsInHand = true;
        var away = Seconds(0.05, 4);
        say($"SIGKILL of {instance.Name}, back in {Text(away)} s");
        instance.Send(PosixSignal.Kill);
        Counts.Kills++;
        await instance.ForgetAsync();
        await Pause.ForAsync(away, CancellationToken.None);
        instance.Start();
        instance.IsInHand = false;
    }

    private Task KillTwoAsync()
    {
        var first = Pick();
        var second = fleet.Permanent[(fleet.IndexOf(first) + 1) % fleet.Permanent.Count];
        return first == second ? KillAsync(first) : Task.WhenAll(KillAsync(first), KillAsync(second));
    }

    private async Task KillBrokerAsync(Func<Task> meanwhile)
    {
        var broker = Random.Next(stack.Brokers) + 1;
        var away = Seconds(3, 9);
        say(string.Create(CultureInfo.InvariantCulture, $"SIGKILL of broker {broker}, back in {Text(away)} s"));
        await stack.Kafka.KillBrokerAsync(broker);
        Counts.BrokerKills++;
        await Task.WhenAll(meanwhile(), Pause.ForAsync(away, CancellationToken.None));
        await stack.Kafka.StartBrokerAsync(broker);
        await Eventually.HoldsAsync(string.Create(CultureInfo.InvariantCulture, $"broker {broker} to have everything again"), SyncLimit, stack.Kafka.IsInSync);
    }

    private async Task FreezeAsync(Instance instance)
    {
        instance.IsInHand = true;
        var still = Session + Seconds(2, 8);
        say($"SIGSTOP of {instance.Name} for {Text(still)} s");
        instance.Send(PosixSignal.Stop);
        await Pause.ForAsync(still, CancellationToken.None);
        instance.Send(PosixSignal.Continue);
        Counts.Zombies++;
        instance.IsInHand = false;
    }

    private async Task StormAsync()
    {
        var guests = Random.Next(2, MaxGuestsOfStorm + 1);
        say(string.Create(CultureInfo.InvariantCulture, $"{guests} instances come and go"));
        for (var number = 0; number < guests; number++)
        {
            var guest = fleet.Add();
            Counts.Guests++;
            await JoinedAsync(guest);
            await Pause.ForAsync(Seconds(0.05, 2), CancellationToken.None);
            if (Random.Next(2) == 0)
                Counts.Kills++;
            else
                await guest.Process!.StopAsync(PosixSignal.Terminate, EndLimit); // it was started above
            await guest.ForgetAsync();
        }
    }

    // Most storms break over members; one that comes too late to be one is a storm as well.
    private static async Task JoinedAsync(Instance guest)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < JoinLimit && guest.Process is { HasExited: false } process && !process.Output.Contains(" owns "))
            await Pause.ForAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None);
    }

    private async Task OnDatabaseAsync(string what, Func<TimeSpan, Task> fault)
    {
        var time = Seconds(2, 7);
        say($"{what} for {Text(time)} s");
        Counts.DatabaseFaults++;
        await fault(time);
    }

    private async Task FillDiskAsync()
    {
        var disk = stack.StateDisk ?? throw new InvalidOperationException("Filling the disk of row images failed: there is none.");
        var time = Seconds(2, 7);
        say($"the disk of row images is full for {Text(time)} s");
        Counts.FullDisks++;
        await disk.FillAsync(time);
    }

    private Instance Pick() => fleet.Permanent[Random.Next(fleet.Permanent.Count)];

    private TimeSpan Seconds(double from, double to) => TimeSpan.FromSeconds(from + (Random.NextDouble() * (to - from)));

    private static string Text(TimeSpan time) => time.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
}

using System.Diagnostics;
using System.Globalization;
using AuditStream.Chaos.Census;
using AuditStream.Chaos.Faults;
using AuditStream.Chaos.Source;
using AuditStream.Chaos.Stack;
using AuditStream.Testing;

namespace AuditStream.Chaos;

/// <summary>One run: records come, faults strike, then everything is counted.</summary>
internal sealed class ChaosRun(ChaosOptions options, TextWriter output)
{
    private static readonly TimeSpan CatchUpLimit = TimeSpan.FromSeconds(240);
    private static readonly TimeSpan BetweenProgress = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Lock saying = new();

    /// <summary>Runs on servers of its own.</summary>
    internal async Task<ChaosFigures> RunAsync()
    {
        Say(string.Create(CultureInfo.InvariantCulture, $"seed {options.Seed}: {options.Brokers} brokers and PostgreSQL start"));
        await using var stack = await ChaosStack.StartNewAsync(options.Brokers, "group.initial.rebalance.delay.ms=0");
        return await RunAsync(stack);
    }

    /// <summary>Runs on these servers.</summary>
    internal async Task<ChaosFigures> RunAsync(ChaosStack stack)
    {
        var kinds = await KindsAsync(stack);
        var source = new MadeSource(options.Seed);
        var breaches = new Breaches();
        var dropped = new DroppedFeed(stack.Kafka.BootstrapServers);
        await using var fleet = new Fleet(stack, options.Instances, Say);
        using var feed = new RawFeed(stack.Kafka.BootstrapServers);
        var faults = new FaultRunner(stack, fleet, new Deck(options.Seed, kinds), Say);
        try
        {
            await UnderFaultsAsync(stack, source, feed, dropped, faults);
            Say("no more faults; every row that lives changes once more");
            feed.All(source.Closing());
            var quiet = Stopwatch.StartNew();
            if (!await CaughtUpAsync(stack, source))
                breaches.Add("late", $"not everything was stored within {CatchUpLimit.TotalSeconds} s after the last fault");
            var caughtUpIn = quiet.Elapsed;
            foreach (var end in (await fleet.StopAsync()).Concat(fleet.EndedByThemselves))
                breaches.Add("end", end);
            Say("counting");
            var topic = new TopicCensus(source, breaches);
            topic.Run(stack.Kafka.BootstrapServers);
            var store = new StoreCensus(stack, topic, breaches);
            await store.RunAsync();
            return new()
            {
                Seed = options.Seed,
                Records = feed.Written,
                Changes = source.Changes.Count,
                Poison = source.Poison.Count,
                DroppedTransactions = dropped.Transactions,
                Faults = faults.Counts,
                Rebalances = fleet.Assignments,
                Losses = fleet.Losses,
                EndedByThemselves = fleet.EndedByThemselves.Count,
                Topic = topic,
                Store = store,
                Breaches = breaches,
                Duration = clock.Elapsed,
                CaughtUpIn = caughtUpIn,
            };
        }
        catch (Exception exception)
        {
            breaches.Add("run", exception.Message);
            throw;
        }
        finally
        {
            if (!breaches.IsEmpty)
                await KeepLogsAsync(stack, fleet, breaches);
        }
    }

    private async Task UnderFaultsAsync(ChaosStack stack, MadeSource source, RawFeed feed, DroppedFeed dropped, FaultRunner faults)
    {
        using var over = new CancellationTokenSource();
        var others = new[] { dropped.RunAsync(over.Token), TellAsync(stack, feed, faults.Counts, over.Token) };
        try
        {
            var striking = faults.RunAsync(options.Time);
            await feed.SteadilyAsync(source.Next, options.Records / options.Time.TotalSeconds, sent => sent >= options.Records && striking.IsCompleted);
            await striking;
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(others);
        }
    }

    // What this machine or this build cannot do is left out by name.
    private async Task<IReadOnlyList<FaultKind>> KindsAsync(ChaosStack stack)
    {
        if (!options.Faults.Contains(FaultKind.FullDisk))
            return options.Faults;
        var (disk, whyNot) = await StateDisk.TryMakeAsync();
        stack.StateDisk = disk;
        if (disk is not null)
            return options.Faults;
        Say($"left out: a full disk of row images ({whyNot})");
        return [.. options.Faults.Where(kind => kind != FaultKind.FullDisk)];
    }

    // The store is the end of the line: when it has everything, everything else has happened.
    private static async Task<bool> CaughtUpAsync(ChaosStack stack, MadeSource source)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < CatchUpLimit)
        {
            var (events, letters) = await StoredAsync(stack);
            if (events >= source.Changes.Count && letters >= source.Poison.Count)
                return true;
            await Pause.ForAsync(BetweenLooks, CancellationToken.None);
        }
        return false;
    }

    private static async Task<(long Events, long Letters)> StoredAsync(ChaosStack stack) => (
        await stack.ScalarAsync<long>("select count(*) from audit.event where operation in ('insert', 'update', 'delete')"),
        await stack.ScalarAsync<long>("select count(*) from audit.dead_letter"));

    private async Task TellAsync(ChaosStack stack, RawFeed feed, FaultCounts counts, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Pause.ForAsync(BetweenProgress, cancellationToken);
            // The lock of a fault may be on the table: its estimate does.
            var stored = await stack.ScalarAsync<long>("select coalesce(sum(n_tup_ins), 0)::bigint from pg_stat_user_tables where schemaname = 'audit' and relname like 'event%'");
            Say(string.Create(CultureInfo.InvariantCulture,
                $"{feed.Written} raw records, about {stored} rows; kills {counts.Kills}, of brokers {counts.BrokerKills}, zombies {counts.Zombies}"));
        }
    }

    private async Task KeepLogsAsync(ChaosStack stack, Fleet fleet, Breaches breaches)
    {
        Directory.CreateDirectory(options.LogFolder);
        await File.WriteAllLinesAsync(Path.Combine(options.LogFolder, "breaches.txt"), breaches.Lines);
        foreach (var (name, log) in fleet.Logs)
            await File.WriteAllLinesAsync(Path.Combine(options.LogFolder, name + ".log"), log.Lines());
        foreach (var (broker, path) in stack.Kafka.Logs.Where(log => File.Exists(log.Path)))
            File.Copy(path, Path.Combine(options.LogFolder, string.Create(CultureInfo.InvariantCulture, $"broker{broker}.log")), overwrite: true);
        File.Copy(stack.Postgres.LogFile, Path.Combine(options.LogFolder, "postgres.log"), overwrite: true);
        Say($"the logs are in {options.LogFolder}");
    }

    private void Say(string what)
    {
        lock (saying)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds,5:F0} s  {what}"));
    }
}

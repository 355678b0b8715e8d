using System.Globalization;
using AuditStream.Chaos.Source;
using AuditStream.Chaos.Stack;
using AuditStream.Testing;

namespace AuditStream.Chaos.Measures;

/// <summary>How long until every partition flows again, under load and with default settings: after a SIGKILL of one of two instances, and after a
/// SIGKILL of one of three brokers.</summary>
internal sealed class Recovery(int runs, int seed, TextWriter output)
{
    private const int RecordsPerSecond = 500;
    private const int FinalPartitions = 6;
    private static readonly TimeSpan FirstLimit = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(12);

    /// <summary>Measures.</summary>
    /// <returns>False when it took longer than the limit once.</returns>
    internal async Task<bool> RunAsync()
    {
        // Leaders go back to a broker that has come back, so that each kill takes some away.
        await using var stack = await ChaosStack.StartNewAsync(brokers: 3, "leader.imbalance.check.interval.seconds=5");
        await using var fleet = new Fleet(stack, instances: 2, output.WriteLine);
        using var feed = new RawFeed(stack.Kafka.BootstrapServers);
        using var over = new CancellationTokenSource();
        var source = new MadeSource(seed);
        var feeding = feed.SteadilyAsync(source.Next, RecordsPerSecond, _ => over.IsCancellationRequested);
        try
        {
            await TopicIsThereAsync(stack);
            using var watch = FlowWatch.OfEvents(stack, FinalPartitions);
            using var raw = FlowWatch.OfRaw(stack);
            if (await watch.FlowsAgainAsync(FirstLimit) is null)
                throw new InvalidOperationException($"Nothing can be measured: not every partition flows after {FirstLimit.TotalSeconds} s.");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{RecordsPerSecond} records/s, two instances with every role, three brokers, default settings"));
            var afterInstance = await MeasureAsync("SIGKILL of an instance", run => KillInstanceAsync(watch, fleet, run));
            var afterBroker = await MeasureAsync("SIGKILL of a broker", run => KillBrokerAsync(watch, raw, stack, run));
            return afterInstance && afterBroker;
        }
        finally
        {
            await over.CancelAsync();
            await feeding;
        }
    }

    private static Task TopicIsThereAsync(ChaosStack stack) => Eventually.HoldsAsync("the final topic", FirstLimit, () =>
        TopicReader.Topics(stack.Kafka.BootstrapServers).Contains(ChaosStack.FinalTopic));

    private async Task<bool> MeasureAsync(string what, Func<int, Task<TimeSpan?>> once)
    {
        var all = new List<TimeSpan>();
        for (var run = 0; run < runs; run++)
        {
            await Pause.ForAsync(Settle, CancellationToken.None);
            var took = await once(run);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{what}, run {run + 1}: {(took is { } time ? $"{time.TotalSeconds:F1} s" : $"more than {Limit.TotalSeconds} s")} until all partitions flow"));
            all.Add(took ?? TimeSpan.MaxValue);
        }
        var text = all.Max() == TimeSpan.MaxValue ? $"more than {Limit.TotalSeconds} s" : string.Create(CultureInfo.InvariantCulture, $"{all.Max().TotalSeconds:F1} s");
        output.WriteLine($"{what}: the longest of {runs} was {text}");
        return all.Max() < Limit;
    }

    private static async Task<TimeSpan?> KillInstanceAsync(FlowWatch watch, Fleet fleet, int run)
    {
        var victim = fleet.Permanent[run % fleet.Permanent.Count];
        victim.IsInHand = true;
        var took = await watch.FlowsAgainAsync(Limit, () => victim.Send(PosixSignal.Kill));
        await victim.ForgetAsync();
        victim.Start();
        victim.IsInHand = false;
        await watch.FlowsAgainAsync(Limit);
        return took;
    }

    private async Task<TimeSpan?> KillBrokerAsync(FlowWatch watch, FlowWatch raw, ChaosStack stack, int run)
    {
        var broker = (run % stack.Brokers) + 1;
        await stack.Kafka.KillBrokerAsync(broker);
        var cluster = raw.FlowsAgainAsync(Limit);
        var took = await watch.FlowsAgainAsync(Limit);
        var floor = await cluster;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  until the raw topics themselves could be written and read again: {floor?.TotalSeconds:F1} s"));
        await stack.Kafka.StartBrokerAsync(broker);
        await Eventually.HoldsAsync("the broker to have everything again", Limit, stack.Kafka.IsInSync);
        await watch.FlowsAgainAsync(Limit);
        return took;
    }
}

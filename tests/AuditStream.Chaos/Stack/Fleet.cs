using AuditStream.Testing;

namespace AuditStream.Chaos.Stack;

/// <summary>The instances of the product, and who starts one again that ended by itself, as an orchestrator would.</summary>
internal sealed class Fleet : IAsyncDisposable
{
    /// <summary>Every role.</summary>
    internal const string AllRoles = "normalize,images,sink";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);
    private readonly ChaosStack stack;
    private readonly Action<string> say;
    private readonly CancellationTokenSource stop = new();
    private readonly List<Instance> all = [];
    private readonly Task watch;

    internal Fleet(ChaosStack stack, int instances, Action<string> say)
    {
        this.stack = stack;
        this.say = say;
        // The last one of three or more does not write to the store: roles may run apart.
        for (var number = 1; number <= instances; number++)
            all.Add(new Instance(stack, $"instance{number}", number >= 3 ? "normalize,images" : AllRoles));
        Permanent = [.. all];
        foreach (var instance in Permanent)
            instance.Start();
        watch = WatchAsync();
    }

    /// <summary>Those that are always there, but for the faults.</summary>
    internal IReadOnlyList<Instance> Permanent { get; }

    /// <summary>The place of one of them.</summary>
    internal int IndexOf(Instance instance) => all.IndexOf(instance);

    /// <summary>The processes that ended though nobody made them, each with its last words.</summary>
    internal List<string> EndedByThemselves { get; } = [];

    /// <summary>What every process has written.</summary>
    internal IEnumerable<(string Name, OutputLog Output)> Logs => all.SelectMany(instance => instance.Lives);

    /// <summary>How often partitions were given to a member, by what the instances say.</summary>
    internal int Assignments => Logs.Sum(log => log.Output.Lines().Count(line => line.Contains(" owns ", StringComparison.Ordinal)));

    /// <summary>How often a member was told that it is one no more, by what the instances say.</summary>
    internal int Losses => Logs.Sum(log => log.Output.Lines().Count(line =>
        line.Contains(" lost ", StringComparison.Ordinal) || line.Contains("joins again", StringComparison.Ordinal)));

    /// <summary>Adds one for a while; whoever adds it ends it.</summary>
    internal Instance Add()
    {
        var instance = new Instance(stack, $"guest{all.Count - Permanent.Count + 1}", AllRoles) { IsInHand = true };
        all.Add(instance);
        instance.Start();
        return instance;
    }

    /// <summary>Asks every instance to end, at once.</summary>
    /// <returns>What was not clean about it.</returns>
    internal async Task<IReadOnlyList<string>> StopAsync()
    {
        await stop.CancelAsync();
        await watch;
        var running = Permanent.Where(instance => instance.Process is { HasExited: false }).ToList();
        foreach (var instance in running)
            instance.IsInHand = true;
        var ends = await Task.WhenAll(running.Select(StopAsync));
        return [.. ends.OfType<string>()];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watch;
        foreach (var instance in all)
            await instance.ForgetAsync();
        stop.Dispose();
    }

    private static async Task<string?> StopAsync(Instance instance)
    {
        try
        {
            var (exitCode, took) = await instance.Process!.StopAsync(PosixSignal.Terminate, StopLimit); // asked for those that have one
            return exitCode == 0 ? null : $"{instance.Name} ended with {exitCode} after {took.TotalSeconds:F1} s when it was asked to stop";
        }
        catch (TimeoutException)
        {
            return $"{instance.Name} did not end within {StopLimit.TotalSeconds} s when it was asked to stop";
        }
    }

    private async Task WatchAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            foreach (var instance in Permanent.Where(instance => instance.HasEndedByItself))
            {
                EndedByThemselves.Add($"{instance.Name} ended by itself with {instance.Process?.ExitCode}: {instance.Process?.Output.Tail(3).Trim()}");
                say(EndedByThemselves[^1]);
                await instance.ForgetAsync();
                instance.Start();
            }
            await Pause.ForAsync(Look, stop.Token);
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using AuditStream.Simulation;
using AuditStream.Simulation.Breaks;

const int shownBreaches = 5;
const int maxSeeds = 1000;
if (args is ["--switch", var from, var to])
{
    Switches.Put(from, to);
    return 0;
}
if (args is ["--switches"])
    return TrySwitches();
var (first, count, one) = (Random.Shared.Next(1_000_000_000), 1000, -1);
int[] without = [];
for (var at = 0; at < args.Length; at += 2)
{
    if (at + 1 == args.Length)
        return Usage();
    if (args[at] == "--without")
    {
        without = [.. args[at + 1].Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
        continue;
    }
    if (!int.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        return Usage();
    switch (args[at])
    {
        case "--seeds":
            count = number;
            break;
        case "--first":
            first = number;
            break;
        case "--seed":
            one = number;
            break;
        case "--break" when Switches.Numbers.Contains(number):
            Break.Number = number;
            break;
        default:
            return Usage();
    }
}
return one >= 0 ? ShowOne(one, without) : RunMany(first, count);

static int ShowOne(int seed, IReadOnlyCollection<int> without)
{
    var report = History.Run(seed, keepsTrace: true, without);
    foreach (var line in report.Trace.Concat(report.Breaches))
        Console.WriteLine(line);
    return report.Breaches.Count == 0 ? 0 : 1;
}

static int RunMany(int first, int count)
{
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the {Seeds.Kept.Count} seeds that failed once, then {count} from {first} on"));
    var told = Stopwatch.GetTimestamp();
    var between = TimeSpan.FromSeconds(Console.IsErrorRedirected ? 60 : 1);
    var figures = Figures.Run(Seeds.Kept.Concat(Enumerable.Range(first, count)), progress: so =>
    {
        if (Stopwatch.GetElapsedTime(told) < between)
            return;
        told = Stopwatch.GetTimestamp();
        Console.Error.Write(Console.IsErrorRedirected ? $"{so}\n" : $"\r{so.Histories} of {Seeds.Kept.Count + count}, {so.Failed.Count} failed ");
    });
    if (!Console.IsErrorRedirected)
        Console.Error.Write("\r");
    foreach (var failed in figures.Failed)
    {
        var path = Path.Combine("artifacts", "simulate", string.Create(CultureInfo.InvariantCulture, $"seed-{failed.Seed}.txt"));
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? ".");
        var needless = string.Join(',', History.Needless(failed.Seed));
        var again = $"./dev simulate --seed {failed.Seed}{(needless.Length > 0 ? $" --without {needless}" : "")}";
        File.WriteAllLines(path, [.. failed.Breaches, $"with no more faults than it needs: {again}", .. History.Run(failed.Seed, keepsTrace: true).Trace]);
        Console.WriteLine($"FAILED seed {failed.Seed}: {string.Join("; ", failed.Breaches.Take(shownBreaches))}: {path}; {again}");
    }
    if (figures.Failed.Count > 0)
        Console.WriteLine("mend it, and keep the seed in tests/AuditStream.Simulation/Seeds.txt");
    Console.WriteLine(figures);
    return figures.Failed.Count == 0 ? 0 : 1;
}

// Each switch alone: the first seed that finds it.
static int TrySwitches()
{
    var missed = 0;
    foreach (var number in Switches.Numbers)
    {
        Break.Number = number;
        var seed = History.FirstBroken(maxSeeds);
        missed += seed is null ? 1 : 0;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{number,4}  {(seed is null ? $"NOT FOUND in {maxSeeds} seeds" : $"found by seed {seed}")}: {Switches.What(number)}"));
    }
    return missed == 0 ? 0 : 1;
}

static int Usage()
{
    Console.Error.WriteLine("""
        auditstream-simulate [--seeds N] [--first S] [--seed S [--without F,...]] [--break N] [--switches]
          --seeds N      how many histories, 1000 unless told, after the seeds that failed once
          --first S      the first seed; one by chance unless told
          --seed S       this history alone, with its trace
          --without F,…  without these of its faults, by their places from 0 on
          --break N      with what keeps invariant N switched off (auditstream-simulate-broken only)
          --switches     each switch alone, and the first seed that finds it (auditstream-simulate-broken only)
        """);
    return 2;
}

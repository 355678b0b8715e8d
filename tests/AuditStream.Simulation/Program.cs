using System.Globalization;
using AuditStream.Simulation;
using AuditStream.Simulation.Breaks;

const int shownBreaches = 5;
if (args is ["--switch", var from, var to])
{
    Switches.Put(from, to);
    return 0;
}
var (first, count, one) = (Random.Shared.Next(1_000_000_000), 1000, -1);
for (var at = 0; at < args.Length; at += 2)
{
    if (at + 1 == args.Length || !int.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
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
if (one >= 0)
{
    var report = History.Run(one, keepsTrace: true);
    foreach (var line in report.Trace.Concat(report.Breaches))
        Console.WriteLine(line);
    return report.Breaches.Count == 0 ? 0 : 1;
}
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the {Seeds.Kept.Count} seeds that failed once, then {count} from {first} on"));
var figures = Figures.Run(Seeds.Kept.Concat(Enumerable.Range(first, count)));
foreach (var failed in figures.Failed)
{
    var path = Path.Combine("artifacts", "simulate", string.Create(CultureInfo.InvariantCulture, $"seed-{failed.Seed}.txt"));
    Directory.CreateDirectory(Path.GetDirectoryName(path) ?? ".");
    File.WriteAllLines(path, History.Run(failed.Seed, keepsTrace: true).Trace);
    Console.WriteLine($"FAILED seed {failed.Seed}: {string.Join("; ", failed.Breaches.Take(shownBreaches))}: {path}");
}
Console.WriteLine(figures);
if (figures.Failed.Count > 0)
    Console.WriteLine("mend it, and keep the seed in tests/AuditStream.Simulation/Seeds.txt");
return figures.Failed.Count == 0 ? 0 : 1;

static int Usage()
{
    Console.Error.WriteLine("""
        auditstream-simulate [--seeds N] [--first S] [--seed S] [--break N]
          --seeds N   how many histories, 1000 unless told, after the seeds that failed once
          --first S   the first seed; one by chance unless told
          --seed S    this history alone, with its trace
          --break N   with what keeps invariant N switched off (auditstream-simulate-broken only)
        """);
    return 2;
}

using System.Globalization;
using AuditStream.Chaos;
using AuditStream.Demo;
using AuditStream.Testing;

const int notThere = 3;
var (minutes, seed, records) = (3, Random.Shared.Next(1_000_000), (long?)null);
for (var at = 0; at < args.Length; at += 2)
{
    if (at + 1 == args.Length || !int.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        return Usage();
    switch (args[at])
    {
        case "--minutes" when number is >= 1 and <= 1_440:
            minutes = number;
            break;
        case "--seed":
            seed = number;
            break;
        case "--records" when number >= 1:
            records = number;
            break;
        default:
            return Usage();
    }
}
if (SharedFolder.KafkaScript is null)
{
    Console.Error.WriteLine("Chaos is made on real brokers: shared/kafka is not beside the repository.");
    return notThere;
}
if (!ThrowAwayPostgres.IsAvailable)
{
    Console.Error.WriteLine(PostgresBinaries.WhatToInstall);
    return notThere;
}
var figures = await new ChaosRun(ChaosOptions.Of(minutes, seed, records), Console.Out).RunAsync();
Console.WriteLine();
Console.WriteLine(figures);
return figures.Breaches.IsEmpty ? 0 : 1;

static int Usage()
{
    Console.Error.WriteLine("""
        auditstream-chaos [--minutes N] [--seed S] [--records N]
          three brokers, PostgreSQL, two to four instances; faults by a seed; then everything is counted
          --minutes N   how long faults strike, 3 unless told
          --seed S      the history and the faults; by chance unless told
          --records N   how many raw records, 20,000 a minute and at least 60,000 unless told
        """);
    return 2;
}

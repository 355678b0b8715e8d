using AuditStream.Chaos;
using AuditStream.Chaos.Measures;
using AuditStream.Demo;
using AuditStream.Testing;

const int notThere = 3;
if (ChaosArguments.Of(args) is not { } arguments)
{
    Console.Error.WriteLine(ChaosArguments.Usage);
    return 2;
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
if (arguments.IsSoak)
    return await new Soak(TimeSpan.FromMinutes(arguments.Minutes), arguments.Seed, arguments.WithState, Console.Out).RunAsync() ? 0 : 1;
if (arguments.IsRecovery)
    return await new Recovery(arguments.Runs, arguments.Seed, Console.Out).RunAsync() ? 0 : 1;
var figures = await new ChaosRun(ChaosOptions.Of(arguments.Minutes, arguments.Seed, arguments.Records), Console.Out).RunAsync();
Console.WriteLine();
Console.WriteLine(figures);
return figures.Breaches.IsEmpty ? 0 : 1;

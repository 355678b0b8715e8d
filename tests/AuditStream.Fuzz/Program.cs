using System.Globalization;
using AuditStream.Fuzz;
using AuditStream.Testing;

var seconds = 60;
var seed = Random.Shared.Next();
for (var at = 0; at < args.Length; at += 2)
{
    if (at + 1 == args.Length || !int.TryParse(args[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        return Usage();
    switch (args[at])
    {
        case "--seconds":
            seconds = number;
            break;
        case "--seed":
            seed = number;
            break;
        default:
            return Usage();
    }
}

var folder = Path.Combine(RepositoryFolder.Root, "artifacts", "fuzz");
var corpus = Corpus.Read(withShared: true);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, {seconds} s, {corpus.Records.Count} records to begin with"));
var figures = new FuzzRun(corpus, seed, boundsTime: true).Run(long.MaxValue, TimeSpan.FromSeconds(seconds));
figures.Write(Console.Out, folder, seed);
if (figures.Failures.Count > 0)
    return 1;

// Behind the others, whose run has had the code compiled as in a service that runs for long.
var failures = 0;
foreach (var (name, record) in HostileRecords.All)
{
    var pipelines = new Pipelines(corpus.Schemas, boundsTime: true);
    var failure = pipelines.Cost(record, Pipelines.MaxMicrosecondsOfEvent);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {pipelines.Milliseconds:f1} ms, {pipelines.AllocatedBytes / 1_048_576.0:f1} MiB"));
    if (failure is null)
        continue;
    Console.Error.WriteLine($"{failure.Property}: {failure.What}");
    failures++;
}
return failures == 0 ? 0 : 1;

static int Usage()
{
    Console.Error.WriteLine("""
        auditstream-fuzz [--seconds N] [--seed S]
          --seconds N   how long, 60 unless told
          --seed S      the same seed makes the same records in the same order; one by chance unless told
        """);
    return 2;
}

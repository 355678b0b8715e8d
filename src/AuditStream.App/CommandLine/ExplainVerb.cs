using System.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.App.Explain;
using AuditStream.App.Identity;
using AuditStream.Core.Identity;
using AuditStream.Core.Normalize;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream explain</c>: what the product makes of records, without Kafka and without a database.</summary>
public static class ExplainVerb
{
    private const string StandardInput = "-";

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var configuration = new ConfigurationArguments();
        var file = new Argument<string>("FILE") { Description = "Records, one a line: captured records, or values as JSON; - for standard input." };
        var topic = new Option<string>("--topic")
        {
            Description = "The topic of a line that is a value only.",
            HelpName = "T",
            DefaultValueFactory = _ => "topic",
        };
        var json = new Option<bool>("--json") { Description = "One line of JSON per record: n, outcome, reason, events." };
        var explain = new VerbCommand("explain",
            "Shows what the product makes of records: events with their diff, skips and rejections with their reason. Needs no Kafka and no database.",
            "auditstream explain captured.jsonl",
            "kcat -C -e -t bank.accounts | auditstream explain --topic bank.accounts -");
        configuration.AddTo(explain);
        explain.Add(topic);
        explain.Add(json);
        explain.Add(file);
        explain.SetAction(arguments =>
        {
            var options = configuration.ReadForMigrate(arguments);
            var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
            var path = arguments.GetRequiredValue(file);
            if (path != StandardInput && !File.Exists(path))
            {
                error.WriteLine($"{path} does not exist.");
                return ExitCode.Usage;
            }
            var lines = path == StandardInput ? StandardInputLines() : File.ReadLines(path);
            Explain(lines, new Normalizer(CoreSettings.Normalizer(options, Key(options.Identity, error))), arguments.GetRequiredValue(topic),
                arguments.GetValue(json), output);
            return ExitCode.Done;
        });
        return explain;
    }

    private static void Explain(IEnumerable<string> lines, Normalizer normalizer, string topic, bool asJson, TextWriter output)
    {
        var (number, explained) = (0, new ExplainOutput());
        foreach (var line in lines)
        {
            if (line.Length == 0)
                continue;
            number++;
            var record = ExplainInput.Read(line, number, topic);
            var outcome = normalizer.Process(record, explained);
            if (asJson)
                explained.WriteJson(output, number, outcome);
            else
                explained.WriteText(output, number, record, outcome);
        }
    }

    // Without the store's key everything but ids and hashes is as in a run.
    private static IdentityKey Key(IdentityOptions identity, TextWriter error)
    {
        if (IdentityKeyStore.Exists(identity))
            return IdentityKeyStore.Load(identity);
        error.WriteLine("There is no identity key: event ids and fact hashes are not those of a run.");
        return new IdentityKey(new byte[IdentityKey.MinimumBytes]);
    }

    private static IEnumerable<string> StandardInputLines()
    {
        while (Console.In.ReadLine() is { } line)
            yield return line;
    }
}

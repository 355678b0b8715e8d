using System.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.App.Explain;
using AuditStream.App.Identity;
using AuditStream.App.Schemas;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Identity;
using AuditStream.Core.Images;
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
        var file = new Argument<string>("FILE")
        {
            Description = "The records, one a line: captured records, lines of kcat -J, a key and a value with a tab between them, or values as JSON; "
                + "JSON that is spread over lines for reading counts as one. - for standard input.",
        };
        var topic = new Option<string>("--topic")
        {
            Description = "The topic of a line that is a value only.",
            HelpName = "T",
            DefaultValueFactory = _ => "topic",
        };
        var schemas = new Option<string?>("--schemas")
        {
            Description = "A folder with the schemas of Avro records: ID.json, as a registry answers to GET /schemas/ids/ID. Not given: SchemaRegistry:Url.",
            HelpName = "DIR",
        };
        var json = new Option<bool>("--json") { Description = "One line of JSON per record: n, outcome, reason, events." };
        var colour = new Option<string>("--color")
        {
            Description = "auto: on a terminal, unless NO_COLOR is set.",
            HelpName = "auto|always|never",
            DefaultValueFactory = _ => "auto",
        };
        _ = colour.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "auto", "always", "never");
        var explain = new VerbCommand("explain",
            "Shows what the product makes of records: what was recognised and why, the diff, what is not known, skips and rejections with their reason. "
                + "Needs no Kafka and no database. The page shows the values that are in the records. Rejected records do not change the exit code.",
            "auditstream explain captured.jsonl",
            "auditstream explain --schemas schemas avro.jsonl",
            "kcat -C -e -J -t bank.accounts | auditstream explain -");
        configuration.AddTo(explain);
        explain.Add(topic);
        explain.Add(schemas);
        explain.Add(json);
        explain.Add(colour);
        explain.Add(file);
        explain.SetAction(arguments =>
        {
            var options = configuration.ReadForMigrate(arguments);
            var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
            var path = arguments.GetRequiredValue(file);
            if (Directory.Exists(path) || (path != StandardInput && !File.Exists(path)))
            {
                error.WriteLine(Directory.Exists(path) ? $"{path} is a folder, not a file." : $"{path} does not exist.");
                return ExitCode.Usage;
            }
            if (arguments.GetValue(schemas) is { } folder && !Directory.Exists(folder))
            {
                error.WriteLine($"{folder} is no folder: --schemas needs one with ID.json files.");
                return ExitCode.Usage;
            }
            return Try(path, error, () =>
            {
                using var input = path == StandardInput ? Console.OpenStandardInput() : File.OpenRead(path);
                var source = Schemas(arguments.GetValue(schemas), options);
                using var disposable = source as IDisposable;
                var normalizer = new Normalizer(
                    CoreSettings.Normalizer(options, Key(options.Identity, error)),
                    source is null ? null : new PatientSchemas(source, CancellationToken.None), new MemoryImageStore());
                var use = Enum.Parse<ColourUse>(arguments.GetRequiredValue(colour), ignoreCase: true);
                var page = arguments.GetValue(json)
                    ? null
                    : new ExplainPage(output, PageStyle.Of(output, use, Environment.GetEnvironmentVariable));
                Explain(new InputTexts(new ByteLines(input)).Read(), normalizer, arguments.GetRequiredValue(topic), page, output);
            });
        });
        return explain;
    }

    private static int Try(string path, TextWriter error, Action explain)
    {
        try
        {
            explain();
            return ExitCode.Done;
        }
        catch (InvalidDataException exception)
        {
            error.WriteLine($"{path} cannot be read: {exception.Message}");
            return ExitCode.Usage;
        }
        catch (SchemaNotNowException exception)
        {
            error.WriteLine(exception.Message);
            return ExitCode.NotReachable;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"{path} cannot be read: {exception.Message}");
            return ExitCode.NotReachable;
        }
    }

    // A page for people, or a line of JSON for each record.
    private static void Explain(IEnumerable<InputText> texts, Normalizer normalizer, string topic, ExplainPage? page, TextWriter output)
    {
        var (number, explained) = (0, new ExplainOutput());
        foreach (var text in texts)
        {
            var input = ExplainInput.Read(text, ++number, topic);
            explained.Clear();
            var outcome = normalizer.Process(input.Record, explained);
            if (page is null)
                explained.WriteJson(output, number, outcome);
            else
                page.Write(input, outcome, normalizer.Recognised, explained.Events);
        }
        page?.WriteSums();
    }

    // The folder wins over the configured registry; without either, Avro cannot be read.
    private static ISchemaSource? Schemas(string? folder, AuditStreamOptions options)
    {
        if (folder is not null)
            return new FileSchemas(folder);
        return options.SchemaRegistry.Url is null ? null : new HttpSchemas(options.SchemaRegistry, TimeProvider.System);
    }

    // Without the store's key everything but ids and hashes is as in a run.
    private static IdentityKey Key(IdentityOptions identity, TextWriter error)
    {
        if (IdentityKeyStore.Exists(identity))
            return IdentityKeyStore.Load(identity);
        error.WriteLine("There is no identity key: event ids and fact hashes are not those of a run.");
        return new IdentityKey(new byte[IdentityKey.MinimumBytes]);
    }
}

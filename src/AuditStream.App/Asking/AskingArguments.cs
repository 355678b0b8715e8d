using System.CommandLine;
using System.Globalization;
using AuditStream.App.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.App.Explain;
using AuditStream.Postgres;

namespace AuditStream.App.Asking;

/// <summary>What the verbs that ask the store have in common: configuration, source, time, limit and form of the answer.</summary>
internal sealed class AskingArguments
{
    private const int DefaultLimit = 1_000;

    private readonly ConfigurationArguments configuration = new();
    private readonly Option<string?> source = new("--source") { Description = "The source's name. Needed where several have such a table.", HelpName = "NAME" };
    private readonly Option<DateTimeOffset?> from = Time("--from", "From this instant on: RFC 3339 or a date; UTC where it names no zone.");
    private readonly Option<DateTimeOffset?> to = Time("--to", "Before this instant.");
    private readonly Option<int> limit = new("--limit") { Description = "How many events are shown.", HelpName = "N", DefaultValueFactory = _ => DefaultLimit };
    private readonly Option<bool> json = new("--json") { Description = "One line of JSON per event: the event as it is stored." };
    private readonly Option<string> colour = new("--color")
    {
        Description = "auto: on a terminal, unless NO_COLOR is set.",
        HelpName = "auto|always|never",
        DefaultValueFactory = _ => "auto",
    };

    public AskingArguments() => _ = colour.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "auto", "always", "never");

    /// <summary>Adds the options to a verb.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="hasWindow">Whether it asks of a time, and gives many answers.</param>
    /// <param name="whatJsonIs">Of <c>--json</c>; null: a line per event.</param>
    public void AddTo(Command command, bool hasWindow = true, string? whatJsonIs = null)
    {
        json.Description = whatJsonIs ?? json.Description;
        configuration.AddTo(command);
        command.Add(source);
        if (hasWindow)
        {
            command.Add(from);
            command.Add(to);
            command.Add(limit);
        }
        command.Add(json);
        command.Add(colour);
    }

    /// <summary>A reader of the configured store.</summary>
    /// <exception cref="ConfigurationException">Something is wrong with the configuration.</exception>
    public AuditReader Reader(ParseResult arguments) => new(EdgeSettings.Reader(configuration.ReadForMigrate(arguments)));

    public string? Source(ParseResult arguments) => arguments.GetValue(source);

    public TimeWindow Window(ParseResult arguments) => new(arguments.GetValue(from), arguments.GetValue(to));

    public int Limit(ParseResult arguments) => Math.Max(1, arguments.GetValue(limit));

    public bool IsJson(ParseResult arguments) => arguments.GetValue(json);

    public AskingPage Page(ParseResult arguments)
    {
        var output = arguments.InvocationConfiguration.Output;
        var use = Enum.Parse<ColourUse>(arguments.GetRequiredValue(colour), ignoreCase: true);
        return new AskingPage(output, PageStyle.Of(output, use, Environment.GetEnvironmentVariable));
    }

    /// <summary>Finds a table as a person names it: <c>orders</c>, <c>public.orders</c>.</summary>
    /// <exception cref="AskingException">There is none such, or several.</exception>
    public async Task<TableAddress> TableAsync(AuditReader reader, ParseResult arguments, string name, CancellationToken cancellationToken)
    {
        var all = new List<TableAddress>();
        await foreach (var table in reader.TablesAsync(cancellationToken).ConfigureAwait(false))
        {
            if (Source(arguments) is not { } wanted || table.Source == wanted)
                all.Add(table);
        }
        var found = all.Where(table => table.Table == name || $"{table.Schema}.{table.Table}" == name).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw new AskingException($"No event is of a table {name}. There are: {Listed(all)}.", ExitCode.FoundWrong),
            _ => throw new AskingException($"Several tables are called {name}: {Listed(found)}. Name the schema, and --source.", ExitCode.Usage),
        };
    }

    /// <summary>Reads a row's key as a person types it.</summary>
    /// <exception cref="AskingException">It cannot be read.</exception>
    public static async Task<RowAddress> RowAsync(AuditReader reader, TableAddress table, string text, CancellationToken cancellationToken)
    {
        var example = KeyText.NamesColumns(text) ? null : await reader.ExampleKeyAsync(table, cancellationToken).ConfigureAwait(false);
        return KeyText.TryParse(text, example, out var key, out var fault)
            ? new RowAddress(table.Source, table.Schema, table.Table, key)
            : throw new AskingException(fault, ExitCode.Usage);
    }

    /// <summary>An instant as a person types it, in UTC where it names no zone.</summary>
    public static bool TryParseInstant(string text, out DateTimeOffset instant) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);

    /// <summary>An option whose value is an instant, in UTC where it names no zone.</summary>
    public static Option<DateTimeOffset?> Time(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "INSTANT",
        CustomParser = result =>
        {
            if (TryParseInstant(result.Tokens[0].Value, out var instant))
                return instant;
            result.AddError($"'{result.Tokens[0].Value}' is no instant: 2026-03-01T12:00:00Z, or a date.");
            return null;
        },
    };

    private static string Listed(IReadOnlyList<TableAddress> tables)
    {
        const int Most = 20;
        var names = tables.Take(Most).Select(table => $"{table.Schema}.{table.Table} of {table.Source}".TrimStart('.')).ToList();
        return tables.Count == 0 ? "none" : string.Join(", ", names) + (tables.Count > Most ? ", \u2026" : "");
    }
}

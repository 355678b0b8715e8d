using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using AuditStream.App.Configuration;
using AuditStream.Streams.Reset;

namespace AuditStream.App.Reset;

/// <summary>The options that say what is set back and where to; wrong combinations are told before anything connects.</summary>
public sealed class ResetArguments
{
    private const string All = "all";
    private readonly Option<string> plane = new("--plane")
    {
        Description = "Which groups: normalize (raw topics), images (forwarded changes), sink (the final topic), several, or all.",
        HelpName = "normalize,images,sink",
        Required = true,
    };

    private readonly Option<bool> toEarliest = new("--to-earliest") { Description = "Go on at the first record that there is." };
    private readonly Option<bool> toLatest = new("--to-latest") { Description = "Go on at the end: what is not processed yet never will be." };
    private readonly Option<string?> toDateTime = new("--to-datetime")
    {
        Description = "Go on at the first record of an instant or later, by the records' timestamps; with Z or an offset from UTC.",
        HelpName = "2026-03-01T00:00:00Z",
    };

    private readonly Option<long?> toOffset = new("--to-offset") { Description = "Go on at this offset of every partition; name a topic with it.", HelpName = "N" };
    private readonly Option<long?> shiftBy = new("--shift-by") { Description = "Go on so many offsets from where it is; negative goes back.", HelpName = "N" };
    private readonly Option<string[]> topics = new("--topic") { Description = "Only this topic; may be repeated. One that no group of the planes reads is an error.", HelpName = "TOPIC", AllowMultipleArgumentsPerToken = false };
    private readonly Option<bool> rebuildState = new("--rebuild-state")
    {
        Description = "Row images begin from nothing: deletes their changelog, and with --plane normalize the repartition topic and the tasks' records, and makes them anew.",
    };

    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Says what would be done, and changes nothing." };
    private readonly Option<string?> reason = new("--reason") { Description = "Why; needed unless --dry-run. It is kept.", HelpName = "TEXT" };

    /// <summary>Adds the options to a verb, with what cannot be told by each alone.</summary>
    public void AddTo(Command command)
    {
        Option[] options = [plane, toEarliest, toLatest, toDateTime, toOffset, shiftBy, topics, rebuildState, dryRun, reason];
        foreach (var option in options)
            command.Add(option);
        command.Validators.Add(result =>
        {
            foreach (var problem in Problems(result))
                result.AddError(problem);
        });
    }

    /// <summary>Whether nothing is to be changed.</summary>
    public bool IsDryRun(ParseResult arguments) => arguments.GetValue(dryRun);

    /// <summary>Why it is done; empty for a dry run without one.</summary>
    public string Reason(ParseResult arguments) => arguments.GetValue(reason) ?? "";

    /// <summary>What is to be set back.</summary>
    public ResetRequest Request(ParseResult arguments) => new(
        Planes(arguments.GetValue(plane)) ?? [], Place(arguments), arguments.GetValue(topics) ?? [], arguments.GetValue(rebuildState));

    private ResetPlace Place(ParseResult arguments) =>
        arguments.GetValue(toEarliest) ? new(ResetPlaceKind.Earliest)
        : arguments.GetValue(toLatest) ? new(ResetPlaceKind.Latest)
        : Instant(arguments.GetValue(toDateTime)) is { } instant ? new(ResetPlaceKind.Instant, instant)
        : arguments.GetValue(toOffset) is { } offset ? new(ResetPlaceKind.Offset, offset)
        : arguments.GetValue(shiftBy) is { } shift ? new(ResetPlaceKind.Shift, shift)
        : new(ResetPlaceKind.Stays);

    private IEnumerable<string> Problems(CommandResult result)
    {
        var text = result.GetValue(plane);
        var planes = Planes(text);
        if (text is not null && planes is null)
            yield return $"--plane {text} is not known: normalize, images, sink, several of them with commas between, or all.";
        var places = new Option[] { toEarliest, toLatest, toDateTime, toOffset, shiftBy }.Count(option => result.GetResult(option) is { Implicit: false });
        var rebuilds = result.GetValue(rebuildState);
        if (places > 1)
            yield return "Only one place to go on at can be given.";
        if (places == 0 && !rebuilds)
            yield return "Say where to go on: --to-earliest, --to-latest, --to-datetime, --to-offset or --shift-by.";
        if (result.GetValue(toDateTime) is { } given && Instant(given) is null)
            yield return $"--to-datetime {given} is no instant: 2026-03-01T00:00:00Z, or with an offset from UTC.";
        if (result.GetValue(toOffset) is < 0)
            yield return "--to-offset begins at 0.";
        if (rebuilds && planes is not null && !planes.Contains(ResetPlane.Images))
            yield return "--rebuild-state is about row images: --plane images, or normalize,images, or all.";
        if (rebuilds && result.GetValue(topics) is { Length: > 0 })
            yield return "--rebuild-state takes no --topic: the images of all tables share one changelog.";
        if (!result.GetValue(dryRun) && string.IsNullOrWhiteSpace(result.GetValue(reason)))
            yield return "Say why with --reason, or look first with --dry-run.";
    }

    private static ResetPlane[]? Planes(string? text)
    {
        if (text == All)
            return Enum.GetValues<ResetPlane>();
        var names = (text ?? "").Split(',', StringSplitOptions.TrimEntries);
        var known = Enum.GetValues<ResetPlane>().Where(plane => names.Contains(WireName.Of(plane), StringComparer.Ordinal)).ToArray();
        return known.Length == names.Length ? known : null;
    }

    private static long? Instant(string? text) =>
        text is not null && (text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal))
        && text.Contains('T', StringComparison.Ordinal)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var instant)
            ? instant.ToUnixTimeMilliseconds()
            : null;
}

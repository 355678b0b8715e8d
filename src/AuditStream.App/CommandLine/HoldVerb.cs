using System.CommandLine;
using System.Globalization;
using AuditStream.App.Asking;
using AuditStream.App.Configuration;
using AuditStream.App.Retire;
using AuditStream.Core.Account;
using AuditStream.Postgres.Retire;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream hold</c>: legal holds, which keep ranges from being retired.</summary>
public static class HoldVerb
{
    private const int MaxNameCharacters = 200;

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var hold = new Command("hold", "Legal holds: no range of the audit table that a hold touches is retired until the hold is released.")
        {
            Add(), List(), Release(),
        };
        return hold;
    }

    private static VerbCommand Add()
    {
        var configuration = new ConfigurationArguments();
        var (name, reason, withoutNote) = (Name("Its name, for example a case's number. A name is used once."), Reason(), WithoutNote());
        var from = AskingArguments.Time("--from", "Events from this instant on. Not given: from the beginning.");
        var to = AskingArguments.Time("--to", "Events before this instant. Not given: all later ones.");
        var add = new VerbCommand("add",
            "Places a hold. When it ends with 0, no range that it touches is dropped any more. Needs the login that migrates (Postgres:OwnerConnectionString).",
            "auditstream hold add 'case 2026-17' --from 2024-01-01 --to 2024-07-01 --reason 'lawsuit, letter of 3 May'");
        configuration.AddTo(add);
        add.Add(name);
        foreach (var option in (Option[])[from, to, reason, withoutNote])
            add.Add(option);
        add.Validators.Add(result =>
        {
            if (result.GetValue(from) is { } begin && result.GetValue(to) is { } end && begin >= end)
                result.AddError("--from must be before --to.");
        });
        add.SetAction(async (arguments, cancellationToken) =>
        {
            var options = configuration.ReadForMigrate(arguments);
            var (called, why) = (arguments.GetRequiredValue(name), arguments.GetRequiredValue(reason));
            await using var holds = new LegalHolds(EdgeSettings.Owner(options));
            if (!await holds.AddAsync(called, arguments.GetValue(from), arguments.GetValue(to), why, OperatorNotes.By, cancellationToken).ConfigureAwait(false))
                return await FailAsync(arguments, $"There is, or was, a hold {called}: take another name.").ConfigureAwait(false);
            await arguments.InvocationConfiguration.Output.WriteLineAsync($"{called} holds").ConfigureAwait(false);
            // A hold is not put off because the trail cannot be told.
            return await NoteAsync(options, arguments, !arguments.GetValue(withoutNote), "placed", called, why, $"The hold {called} is placed, and the trail was not told: ",
                cancellationToken).ConfigureAwait(false);
        });
        return add;
    }

    private static VerbCommand Release()
    {
        var configuration = new ConfigurationArguments();
        var (name, reason, withoutNote) = (Name("Its name."), Reason(), WithoutNote());
        var release = new VerbCommand("release", "Releases a hold: what it kept may be retired, if its time is over. Needs the login that migrates (Postgres:OwnerConnectionString).",
            "auditstream hold release 'case 2026-17' --reason 'settled on 9 June'");
        configuration.AddTo(release);
        release.Add(name);
        release.Add(reason);
        release.Add(withoutNote);
        release.SetAction(async (arguments, cancellationToken) =>
        {
            var options = configuration.ReadForMigrate(arguments);
            var (called, why) = (arguments.GetRequiredValue(name), arguments.GetRequiredValue(reason));
            await using var holds = new LegalHolds(EdgeSettings.Owner(options));
            // Before the trail is told of what does not come.
            if (!await holds.IsHeldAsync(called, cancellationToken).ConfigureAwait(false))
                return await NoHoldAsync(arguments, called).ConfigureAwait(false);
            var code = await NoteAsync(options, arguments, !arguments.GetValue(withoutNote), "released", called, why, $"The hold {called} stays: ", cancellationToken)
                .ConfigureAwait(false);
            if (code != ExitCode.Done)
                return code;
            if (!await holds.ReleaseAsync(called, why, OperatorNotes.By, cancellationToken).ConfigureAwait(false))
                return await NoHoldAsync(arguments, called).ConfigureAwait(false);
            await arguments.InvocationConfiguration.Output.WriteLineAsync($"{called} is released").ConfigureAwait(false);
            return ExitCode.Done;
        });
        return release;
    }

    private static VerbCommand List()
    {
        var configuration = new ConfigurationArguments();
        var json = new Option<bool>("--json") { Description = "One JSON object: holds, a list of name, from, to, reason, placed_by, placed_at, released_by, released_at, release_reason." };
        var list = new VerbCommand("list", "Lists holds, those that hold first. Needs a login with the reader role.", "auditstream hold list", "auditstream hold list --json");
        configuration.AddTo(list);
        list.Add(json);
        list.SetAction(async (arguments, cancellationToken) =>
        {
            var output = arguments.InvocationConfiguration.Output;
            await using var reader = new LegalHolds(EdgeSettings.Reader(configuration.ReadForMigrate(arguments)));
            var holds = await reader.ListAsync(cancellationToken).ConfigureAwait(false);
            if (arguments.GetValue(json))
            {
                WriteJson(output, holds);
                return ExitCode.Done;
            }
            foreach (var hold in holds)
            {
                await output.WriteLineAsync($"{hold.Name}  {Instant(hold.From) ?? "the beginning"} to {Instant(hold.To) ?? "the end"}  placed {Instant(hold.PlacedAt)} by {hold.PlacedBy}: "
                    + hold.Reason).ConfigureAwait(false);
                if (hold.Release is { } release)
                    await output.WriteLineAsync($"   released {Instant(release.At)} by {release.By}: {release.Reason}").ConfigureAwait(false);
            }
            if (holds.Count == 0)
                await output.WriteLineAsync("There is no hold.").ConfigureAwait(false);
            return ExitCode.Done;
        });
        return list;
    }

    private static void WriteJson(TextWriter output, IReadOnlyList<LegalHold> holds) => JsonDocumentText.Write(output, writer =>
    {
        writer.WriteStartArray("holds");
        foreach (var hold in holds)
        {
            writer.WriteStartObject();
            writer.WriteString("name", hold.Name);
            writer.WriteString("from", Instant(hold.From));
            writer.WriteString("to", Instant(hold.To));
            writer.WriteString("reason", hold.Reason);
            writer.WriteString("placed_by", hold.PlacedBy);
            writer.WriteString("placed_at", Instant(hold.PlacedAt));
            writer.WriteString("released_by", hold.Release?.By);
            writer.WriteString("released_at", Instant(hold.Release?.At));
            writer.WriteString("release_reason", hold.Release?.Reason);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });

    private static async Task<int> NoteAsync(
        AuditStreamOptions options, ParseResult arguments, bool isNoted, string state, string name, string reason, string otherwise,
        CancellationToken cancellationToken)
    {
        if (!isNoted)
            return ExitCode.Done;
        try
        {
            var facts = new Dictionary<string, string> { ["hold"] = name, ["state"] = state };
            await new OperatorNotes(options, TimeProvider.System).SendAsync("hold", reason, facts, cancellationToken).ConfigureAwait(false);
            return ExitCode.Done;
        }
        catch (AuditNoteException exception)
        {
            await arguments.InvocationConfiguration.Error.WriteLineAsync(otherwise + exception.Message).ConfigureAwait(false);
            return ExitCode.NotReachable;
        }
    }

    private static async Task<int> FailAsync(ParseResult arguments, string message)
    {
        await arguments.InvocationConfiguration.Error.WriteLineAsync(message).ConfigureAwait(false);
        return ExitCode.FoundWrong;
    }

    private static Task<int> NoHoldAsync(ParseResult arguments, string name) =>
        FailAsync(arguments, $"There is no hold {name} that holds; auditstream hold list shows which do.");

    private static Argument<string> Name(string description)
    {
        var name = new Argument<string>("NAME") { Description = description };
        name.Validators.Add(result =>
        {
            var text = result.GetValueOrDefault<string>();
            if (string.IsNullOrWhiteSpace(text) || text.Length > MaxNameCharacters || text.Any(char.IsControl))
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"A hold's name has 1 to {MaxNameCharacters} characters, none of them a control character."));
        });
        return name;
    }

    private static Option<string> Reason() => new("--reason") { Description = "Why. It is kept.", HelpName = "TEXT", Required = true };

    private static Option<bool> WithoutNote() => new("--without-note") { Description = "Does not tell the trail, where Kafka cannot be reached." };

    private static string? Instant(DateTimeOffset? instant) => instant?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

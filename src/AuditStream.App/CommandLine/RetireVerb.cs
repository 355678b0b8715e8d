using System.CommandLine;
using AuditStream.App.Asking;
using AuditStream.App.Configuration;
using AuditStream.App.Identity;
using AuditStream.App.Retire;
using AuditStream.Core.Account;
using AuditStream.Postgres.Retire;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream retire</c>: archives ranges of the audit table whose time is over, and drops them.</summary>
public static class RetireVerb
{
    private const string ClearLine = "\r\u001b[K";
    private const string DefaultReason = "their time is over";

    private static readonly Option<string?> archive = new("--archive")
    {
        Description = "The folder of archives; each range gets a folder of its own in it. Needed unless --dry-run.",
        HelpName = "FOLDER",
    };

    private static readonly Option<DateTimeOffset?> before = AskingArguments.Time("--before", "Ranges that end at this instant or earlier. Not given: all whose time is over.");
    private static readonly Option<string[]> range = new("--range")
    {
        Description = "This partition; may be repeated.",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = false,
    };

    private static readonly Option<string> reason = new("--reason") { Description = "Why. It is kept.", HelpName = "TEXT", DefaultValueFactory = _ => DefaultReason };
    private static readonly Option<string[]> key = new("--key")
    {
        Description = "A public key that the covering checkpoint must be signed with, in PEM. May be repeated; the configured one, which signs the tombstone, "
            + "must be among them. Not given: those that the store itself names.",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = false,
    };

    private static readonly Option<bool> dryRun = new("--dry-run") { Description = "Says what would be done, and changes nothing." };
    private static readonly Option<bool> yes = new("--yes") { Description = "Does not ask." };
    private static readonly Option<bool> withoutNote = new("--without-note") { Description = "Does not tell the trail, where Kafka cannot be reached: the tombstone alone tells." };
    private static readonly Option<bool> json = new("--json") { Description = "One JSON object: exit_code, dry_run, ranges, a list of partition, valid_from, valid_to, outcome, reason, events, archive, archive_bytes." };

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var configuration = new ConfigurationArguments();
        var retire = new VerbCommand("retire",
            "Archives ranges of the audit table whose time is over (audit.setting, retention), reads each archive back, holds it against the hash chain, and only then drops "
            + "the range; a signed tombstone stays. Keeps what is under a legal hold, what no signed checkpoint covers, and what is younger than the retention. Needs the "
            + "reader's login, the one that migrates (Postgres:OwnerConnectionString), and the key of checkpoints.",
            "auditstream retire --dry-run",
            "auditstream retire --archive /mnt/archive --yes",
            "auditstream retire --archive /mnt/archive --range event_20240101 --reason 'end of the contract'");
        configuration.AddTo(retire);
        foreach (var option in (Option[])[archive, before, range, reason, key, dryRun, yes, withoutNote, json])
            retire.Add(option);
        retire.Validators.Add(result =>
        {
            if (!result.GetValue(dryRun) && string.IsNullOrWhiteSpace(result.GetValue(archive)))
                result.AddError("Name the folder of archives with --archive, or look first with --dry-run.");
            if (result.GetValue(before) is not null && result.GetValue(range) is { Length: > 0 })
                result.AddError("Either --before or --range.");
        });
        retire.SetAction((arguments, cancellationToken) => RunAsync(configuration.ReadForMigrate(arguments), arguments, cancellationToken));
        return retire;
    }

    private static async Task<int> RunAsync(AuditStreamOptions options, ParseResult arguments, CancellationToken cancellationToken)
    {
        var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
        var (isJson, isDryRun) = (arguments.GetValue(json), arguments.GetValue(dryRun));
        var request = new RetireRequest(
            arguments.GetValue(range) ?? [], arguments.GetValue(before), arguments.GetValue(archive), arguments.GetRequiredValue(reason),
            [.. (arguments.GetValue(key) ?? []).Select(CheckpointKeyFile.PublicKeyOf)], isDryRun, !arguments.GetValue(withoutNote));
        using var signer = isDryRun ? null : CheckpointKeyFile.Load(CheckpointKeyFile.PathOf(options));
        var plan = await RetireRun.PlanAsync(options, request, cancellationToken).ConfigureAwait(false);
        if (!isJson)
            RetirePage.WritePlan(output, plan, request);
        var hasWork = plan.Any(outcome => outcome.KeptBecause is null);
        if (!isDryRun && hasWork && !arguments.GetValue(yes) && !Asks.Yes(output, "Archive and drop these ranges?"))
        {
            await error.WriteLineAsync("Nothing was done: answer yes, or say --yes.").ConfigureAwait(false);
            return ExitCode.Usage;
        }
        var outcomes = signer is null ? plan
            : await DoAsync(options, signer, request, plan, isJson ? null : output, error, cancellationToken).ConfigureAwait(false);
        if (outcomes is null)
            return ExitCode.NotReachable;
        // Of what nobody named, a hold is no failure; that the chain does not fit always is.
        var hasFailed = outcomes.Any(outcome => outcome.KeptBecause is { } why && (request.IsNamed || why != outcome.Range.Refusal));
        var exitCode = hasFailed ? ExitCode.FoundWrong : ExitCode.Done;
        if (isJson)
            RetirePage.WriteJson(output, outcomes, isDryRun, exitCode);
        return exitCode;
    }

    /// <summary>Retires; null: it ended early, and it was said why.</summary>
    private static async Task<IReadOnlyList<RetireOutcome>?> DoAsync(
        AuditStreamOptions options, CheckpointKeyFile signer, RetireRequest request, IReadOnlyList<RetireOutcome> plan, TextWriter? output,
        TextWriter error, CancellationToken cancellationToken)
    {
        // A line that is written over, for a person who waits.
        var showsProgress = ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;
        var run = new RetireRun(options, TimeProvider.System, text =>
        {
            if (showsProgress)
                error.Write($"{ClearLine}{text} ...");
        });
        var outcomes = new List<RetireOutcome>();
        try
        {
            await foreach (var outcome in run.RunAsync(signer, request, plan, cancellationToken).ConfigureAwait(false))
            {
                outcomes.Add(outcome);
                if (showsProgress)
                    await error.WriteAsync(ClearLine).ConfigureAwait(false);
                if (output is not null)
                    RetirePage.Write(output, outcome);
            }
            return outcomes;
        }
        catch (AuditNoteException exception)
        {
            await error.WriteLineAsync($"{plan[outcomes.Count].Range.Name} is kept: {exception.Message}").ConfigureAwait(false);
        }
        catch (TombstoneFileException exception)
        {
            await error.WriteLineAsync(exception.Message).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            var kept = outcomes.Count < plan.Count ? $"{plan[outcomes.Count].Range.Name} is kept: its archive" : "An archive";
            await error.WriteLineAsync($"{kept} cannot be written or read: {exception.Message}").ConfigureAwait(false);
        }
        return null;
    }
}

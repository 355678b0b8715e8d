using System.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.App.Identity;
using AuditStream.App.Proofs;
using AuditStream.Core.Chain;
using AuditStream.Postgres.Verify;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream verify</c>: recomputes the store's chains and names what was done to it.</summary>
public static class VerifyVerb
{
    private const string ClearLine = "\r\u001b[K";

    private static readonly Option<bool> all = new("--all") { Description = "Everything from the first block on, and rows that belong to no block. Not given: what is new since the last time." };
    private static readonly Option<DateTimeOffset?> from = new("--from") { Description = "Rows of blocks with events from this instant on; the chain as a whole.", HelpName = "TIME" };
    private static readonly Option<DateTimeOffset?> to = new("--to") { Description = "Rows of blocks with events before this instant.", HelpName = "TIME" };
    private static readonly Option<Guid?> row = new("--row") { Description = "One event, with its block.", HelpName = "EVENT_ID" };
    private static readonly Option<string?> checkpoints = new("--checkpoints") { Description = "Also copies of checkpoints that are kept elsewhere: a folder of *.note files.", HelpName = "FOLDER" };
    private static readonly Option<string[]> key = new("--key")
    {
        Description = "A public key that checkpoints must be signed with, in PEM. May be repeated. Not given: those that the store itself names.",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = false,
    };

    private static readonly Option<string> state = new("--state")
    {
        Description = "Where it is kept how far the chains were verified: keep it where nobody of the database can write.",
        HelpName = "FILE",
        DefaultValueFactory = _ => VerifiedState.DefaultFile,
    };

    private static readonly Option<bool> json = new("--json") { Description = "One JSON object: exit_code, counts, damages (docs/PROOFS.md)." };

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var configuration = new ConfigurationArguments();
        var verify = new VerbCommand("verify",
            "Recomputes the chains of the audit table from its rows, and says which row or block was changed, added or removed. Changes nothing in the store; the "
            + "service may run meanwhile. Needs a login with the reader role. Ends with 1 when something is wrong.",
            "auditstream verify",
            "auditstream verify --all --checkpoints /mnt/worm/checkpoints --key checkpoint-public.pem",
            "auditstream verify --from 2026-03-01 --to 2026-04-01",
            "auditstream verify --row 019ca6c7-38c0-8729-8740-966c1cb4f14e");
        configuration.AddTo(verify);
        foreach (var option in (Option[])[all, from, to, row, checkpoints, key, state, json])
            verify.Add(option);
        verify.SetAction((arguments, cancellationToken) => RunAsync(configuration.ReadForMigrate(arguments), arguments, cancellationToken));
        return verify;
    }

    private static async Task<int> RunAsync(AuditStreamOptions options, ParseResult arguments, CancellationToken cancellationToken)
    {
        var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
        var isWhole = arguments.GetValue(all);
        var (begin, end) = (arguments.GetValue(from), arguments.GetValue(to));
        var isIncremental = !isWhole && begin is null && end is null && arguments.GetValue(row) is null;
        var file = arguments.GetRequiredValue(state);
        // What was whole once must still be there, also when everything is verified anew: else --all would write over what shows that it is not.
        var known = isIncremental || isWhole ? VerifiedState.Load(file) : VerifiedState.None;
        var request = new VerifyRequest
        {
            Verified = isIncremental ? known.Heads : VerifiedState.None.Heads,
            Known = isWhole ? known.Heads : VerifiedState.None.Heads,
            From = begin,
            To = end,
            CheckpointsAfter = isIncremental ? known.Checkpoint : 0,
            KnownCheckpoint = known.Checkpoint,
            TrustedKeys = [.. (arguments.GetValue(key) ?? []).Select(CheckpointKeyFile.PublicKeyOf)],
            CheckpointCopies = Copies(arguments.GetValue(checkpoints)),
            LooksForStrays = isWhole,
        };
        if (arguments.GetValue(row) is { } eventId)
            return await RowAsync(options, eventId, output, arguments.GetValue(json), cancellationToken).ConfigureAwait(false);
        // A line that is written over, for a person who waits.
        var showsProgress = ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;
        await using var verifier = new ChainVerifier(EdgeSettings.Reader(options));
        var report = await verifier.RunAsync(request, progress =>
        {
            if (showsProgress)
                error.Write(FormattableString.Invariant($"{ClearLine}{progress.Rows:N0} of {progress.TotalRows:N0} events ..."));
            if (isIncremental && progress.Heads.Count > 0)
                VerifiedState.Save(file, progress.Heads, known.Checkpoint);
        }, cancellationToken).ConfigureAwait(false);
        if (showsProgress)
            await error.WriteAsync(ClearLine).ConfigureAwait(false);
        if ((isIncremental || isWhole) && report.DamageCount == 0)
            VerifiedState.Save(file, report.Heads, report.LastCheckpoint);
        return VerifyText.Write(report, output, arguments.GetValue(json));
    }

    private static async Task<int> RowAsync(AuditStreamOptions options, Guid eventId, TextWriter output, bool isJson, CancellationToken cancellationToken)
    {
        await using var prover = new Prover(EdgeSettings.Reader(options));
        if (await prover.FindAsync(eventId, cancellationToken).ConfigureAwait(false) is not { } place)
        {
            await output.WriteLineAsync("There is no such event.").ConfigureAwait(false);
            return ExitCode.FoundWrong;
        }
        if (place.Block is not { } block)
        {
            await output.WriteLineAsync("Not chained: the event is older than the chain, or was added beside it (verify --all counts those).").ConfigureAwait(false);
            return ExitCode.FoundWrong;
        }
        await using var verifier = new ChainVerifier(EdgeSettings.Reader(options));
        var report = await verifier.RunBlockAsync(place.Shard, block, cancellationToken).ConfigureAwait(false);
        return VerifyText.Write(report, output, isJson);
    }

    private static string[] Copies(string? folder)
    {
        if (folder is null)
            return [];
        try
        {
            return [.. Directory.GetFiles(folder, "*.note").Order(StringComparer.Ordinal).Select(File.ReadAllText)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new("--checkpoints", $"names {Path.GetFullPath(folder)}, which cannot be read")]);
        }
    }
}

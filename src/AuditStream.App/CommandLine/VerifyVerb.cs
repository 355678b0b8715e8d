using System.CommandLine;
using AuditStream.App.Asking;
using AuditStream.App.Configuration;
using AuditStream.App.Identity;
using AuditStream.App.Proofs;
using AuditStream.Core.Decode.Avro;
using AuditStream.Postgres.Verify;
using AuditStream.Streams.Ports;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream verify</c>: recomputes the store's chains and names what was done to it.</summary>
public static class VerifyVerb
{
    private static readonly Option<bool> all = new("--all") { Description = "Everything from the first block on, and rows that belong to no block. Not given: what is new since the last time." };
    private static readonly Option<DateTimeOffset?> from =
        AskingArguments.Time("--from", "Rows of blocks with events from this instant on (RFC 3339 or a date; UTC where it names no zone); the chain as a whole.");

    private static readonly Option<DateTimeOffset?> to = AskingArguments.Time("--to", "Rows of blocks with events before this instant.");
    private static readonly Option<Guid?> row = new("--row") { Description = "One event, with its block.", HelpName = "EVENT_ID" };
    private static readonly Option<string?> checkpoints = new("--checkpoints") { Description = "Also copies of checkpoints that are kept elsewhere: a folder of *.note files.", HelpName = "FOLDER" };
    private static readonly Option<bool> checkpointTopic = new("--checkpoint-topic") { Description = "Also the checkpoints on the topic Checkpoint:Topic." };
    private static readonly Option<bool> rederive = new("--rederive")
    {
        Description = "Instead: reads the raw topics again up to where normalize is, and compares what they give with what is stored. --from and --to are about the events.",
    };

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
            "auditstream verify --row 019ca6c7-38c0-8729-8740-966c1cb4f14e",
            "auditstream verify --rederive --from 2026-03-01");
        configuration.AddTo(verify);
        foreach (var option in (Option[])[all, from, to, row, checkpoints, checkpointTopic, key, state, rederive, json])
            verify.Add(option);
        verify.Validators.Add(result =>
        {
            Option[] ways = [all, row, rederive];
            if (ways.Count(way => result.GetResult(way) is { Implicit: false }) > 1)
                result.AddError("--all, --row and --rederive are three ways: name one of them.");
        });
        verify.SetAction(async (arguments, cancellationToken) =>
        {
            try
            {
                return arguments.GetValue(rederive)
                    ? await RederiveAsync(configuration.Read(arguments, "Roles=normalize,sink"), arguments, cancellationToken).ConfigureAwait(false)
                    : await RunAsync(configuration.ReadForMigrate(arguments), arguments, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is ClientException or SchemaNotNowException)
            {
                await arguments.InvocationConfiguration.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
                return exception is ClientException { ErrorClass: not ClientErrorClass.Retriable } ? ExitCode.FoundWrong : ExitCode.NotReachable;
            }
        });
        return verify;
    }

    private static async Task<int> RederiveAsync(AuditStreamOptions options, ParseResult arguments, CancellationToken cancellationToken)
    {
        var line = new ProgressLine(arguments.InvocationConfiguration.Error);
        var report = await new RederiveRun(options).RunAsync(arguments.GetValue(from), arguments.GetValue(to),
            (records, total) => line.Show(FormattableString.Invariant($"{records:N0} of {total:N0} offsets ...")), cancellationToken).ConfigureAwait(false);
        line.Clear();
        return VerifyText.Write(report, arguments.InvocationConfiguration.Output, arguments.GetValue(json));
    }

    private static async Task<int> RunAsync(AuditStreamOptions options, ParseResult arguments, CancellationToken cancellationToken)
    {
        var output = arguments.InvocationConfiguration.Output;
        if (arguments.GetValue(row) is { } eventId)
            return await RowAsync(options, eventId, output, arguments.GetValue(json), cancellationToken).ConfigureAwait(false);
        var isWhole = arguments.GetValue(all);
        var (begin, end) = (arguments.GetValue(from), arguments.GetValue(to));
        var isIncremental = !isWhole && begin is null && end is null;
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
            CheckpointCopies = CheckpointCopies.Of(arguments.GetValue(checkpoints), arguments.GetValue(checkpointTopic) ? options : null),
            LooksForStrays = isWhole,
        };
        var line = new ProgressLine(arguments.InvocationConfiguration.Error);
        await using var verifier = new ChainVerifier(EdgeSettings.Reader(options));
        var report = await verifier.RunAsync(request, progress =>
        {
            line.Show(FormattableString.Invariant($"{progress.Rows:N0} of {progress.TotalRows:N0} events ..."));
            if (isIncremental && progress.Heads.Count > 0)
                VerifiedState.Save(file, progress.Heads, known.Checkpoint);
        }, cancellationToken).ConfigureAwait(false);
        line.Clear();
        if ((isIncremental || isWhole) && report.DamageCount == 0)
            VerifiedState.Save(file, report.Heads, report.LastCheckpoint);
        return VerifyText.Write(report, output, arguments.GetValue(json));
    }

    private static async Task<int> RowAsync(AuditStreamOptions options, Guid eventId, TextWriter output, bool isJson, CancellationToken cancellationToken)
    {
        await using var prover = new Prover(EdgeSettings.Reader(options));
        if (await prover.FindAsync(eventId, cancellationToken).ConfigureAwait(false) is not { } place)
        {
            var range = await prover.RetiredRangeAsync(eventId, cancellationToken).ConfigureAwait(false);
            await output.WriteLineAsync("There is no such event." + (range is null ? ""
                : $" Events of its time are retired ({range}): auditstream verify-archive checks their archive, and prove --archive proves one event.")).ConfigureAwait(false);
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
}

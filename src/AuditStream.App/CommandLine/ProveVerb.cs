using System.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.App.Identity;
using AuditStream.Core.Chain;
using AuditStream.Postgres.Verify;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream prove</c> and <c>auditstream verify-bundle</c>: the proof of one event, to be checked without the store.</summary>
public static class ProveVerb
{
    /// <summary>No bundle is longer than this; bytes.</summary>
    private const long MaxBundleBytes = 256L * 1024 * 1024;

    /// <summary>Makes <c>prove</c>.</summary>
    public static Command Create()
    {
        var configuration = new ConfigurationArguments();
        var eventId = new Argument<Guid>("EVENT_ID") { Description = "The event." };
        var archive = new Option<string?>("--archive") { Description = "The folder of archives, for an event of a retired range.", HelpName = "FOLDER" };
        var prove = new VerbCommand("prove",
            "Writes a bundle that proves, without the store, that an event was in it when a checkpoint was signed: its bytes, the path to its block's root, the blocks "
            + "up to the checkpoint, and the checkpoint. Needs a login with the reader role.",
            "auditstream prove 019ca6c7-38c0-8729-8740-966c1cb4f14e > proof.json",
            "auditstream prove 018cc251-f400-8729-8740-966c1cb4f14e --archive /mnt/archive > proof.json");
        configuration.AddTo(prove);
        prove.Add(eventId);
        prove.Add(archive);
        prove.SetAction(async (arguments, cancellationToken) =>
        {
            var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
            await using var prover = new Prover(EdgeSettings.Reader(configuration.ReadForMigrate(arguments)));
            var (bundle, problem) = await ProveAsync(prover, arguments.GetValue(eventId), arguments.GetValue(archive), cancellationToken).ConfigureAwait(false);
            if (bundle is null)
            {
                await error.WriteLineAsync(problem).ConfigureAwait(false);
                return ExitCode.FoundWrong;
            }
            await output.WriteAsync(bundle.ToJson()).ConfigureAwait(false);
            return ExitCode.Done;
        });
        return prove;
    }

    private static async Task<(ProofBundle? Bundle, string? Problem)> ProveAsync(
        Prover prover, Guid eventId, string? archive, CancellationToken cancellationToken)
    {
        try
        {
            return await prover.ProveAsync(eventId, archive, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (archive is not null && exception is (IOException or UnauthorizedAccessException or InvalidDataException))
        {
            throw new ConfigurationException([new("--archive", $"names {Path.GetFullPath(archive)}, in which the archive of the event's time is missing or no archive")]);
        }
    }

    /// <summary>Makes <c>verify-bundle</c>.</summary>
    public static Command CreateCheck()
    {
        var file = new Argument<string>("FILE") { Description = "What auditstream prove wrote." };
        var key = new Option<string?>("--key") { Description = "The public key that is trusted, in PEM. Not given: the bundle's own, whose fingerprint is to be compared by eye.", HelpName = "FILE" };
        var check = new VerbCommand("verify-bundle",
            "Checks a bundle that auditstream prove wrote; needs neither Kafka nor a database. Ends with 1 when it proves nothing.",
            "auditstream verify-bundle proof.json --key checkpoint-public.pem");
        check.Add(file);
        check.Add(key);
        check.SetAction((arguments, _) =>
        {
            var trusted = arguments.GetValue(key) is { } path ? CheckpointKeyFile.PublicKeyOf(path) : null;
            return CheckAsync(arguments.GetRequiredValue(file), trusted, arguments.InvocationConfiguration.Output);
        });
        return check;
    }

    private static async Task<int> CheckAsync(string path, byte[]? trusted, TextWriter output)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > MaxBundleBytes)
            throw new ConfigurationException([new("FILE", $"names {Path.GetFullPath(path)}, which is not there, or longer than a bundle can be")]);
        var bundle = ProofBundle.Parse(await File.ReadAllTextAsync(path).ConfigureAwait(false));
        var problem = bundle is null ? $"It is no {ProofBundle.Spec}."
            : trusted is not null && !trusted.AsSpan().SequenceEqual(bundle.PublicKey) ? $"It names the key {bundle.Fingerprint}, which is not the trusted one."
            : bundle.Problem();
        if (problem is not null || bundle is null)
        {
            await output.WriteLineAsync($"The bundle proves nothing: {problem}").ConfigureAwait(false);
            return ExitCode.FoundWrong;
        }
        await output.WriteLineAsync($"Event {bundle.EventId} was in the store when the checkpoint was signed with the key {bundle.Fingerprint}"
            + (trusted is null ? "; compare this fingerprint with the one you trust." : ", the trusted one.")).ConfigureAwait(false);
        return ExitCode.Done;
    }
}

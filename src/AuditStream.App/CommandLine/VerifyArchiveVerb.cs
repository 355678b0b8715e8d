using System.CommandLine;
using System.Globalization;
using AuditStream.App.Configuration;
using AuditStream.App.Identity;
using AuditStream.Postgres.Retire;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream verify-archive</c>: checks archives of retired ranges, by themselves or against the store.</summary>
public static class VerifyArchiveVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var configuration = new ConfigurationArguments();
        var folder = new Argument<string>("FOLDER") { Description = "The folder of archives, or of one of them." };
        var key = new Option<string[]>("--key")
        {
            Description = "A public key that tombstones must be signed with, in PEM. May be repeated. Not given: the one that each archive names, whose fingerprint is to be compared by eye.",
            HelpName = "FILE",
            AllowMultipleArgumentsPerToken = false,
        };
        var withStore = new Option<bool>("--with-store") { Description = "Also against the blocks and tombstones of the configured store; needs a login with the reader role." };
        var json = new Option<bool>("--json") { Description = "One JSON object: exit_code, archives, a list of path, partition, events, public_key_fingerprint, problem." };
        var verify = new VerbCommand("verify-archive",
            "Reads archives of retired ranges to the last event and holds them against their manifests and signed tombstones; needs neither Kafka nor, without --with-store, a "
            + "database. Ends with 1 when one is not what was signed.",
            "auditstream verify-archive /mnt/archive --key checkpoint-public.pem",
            "auditstream verify-archive /mnt/archive/event_20240101 --with-store");
        configuration.AddTo(verify);
        verify.Add(folder);
        foreach (var option in (Option[])[key, withStore, json])
            verify.Add(option);
        verify.SetAction(async (arguments, cancellationToken) =>
        {
            var trusted = (arguments.GetValue(key) ?? []).Select(CheckpointKeyFile.PublicKeyOf).ToList();
            var store = arguments.GetValue(withStore) ? EdgeSettings.Reader(configuration.ReadForMigrate(arguments)) : null;
            var verdicts = new List<ArchiveVerdict>();
            foreach (var path in Archives(arguments.GetRequiredValue(folder)))
                verdicts.Add(await ArchiveCheck.RunAsync(path, trusted, store, cancellationToken).ConfigureAwait(false));
            var exitCode = verdicts.All(verdict => verdict.Problem is null) ? ExitCode.Done : ExitCode.FoundWrong;
            if (arguments.GetValue(json))
                WriteJson(arguments.InvocationConfiguration.Output, verdicts, exitCode);
            else
                Write(arguments.InvocationConfiguration.Output, verdicts, hasTrusted: trusted.Count > 0);
            return exitCode;
        });
        return verify;
    }

    private static string[] Archives(string folder)
    {
        try
        {
            if (IsArchive(folder))
                return [folder];
            if (Directory.GetDirectories(folder).Where(IsArchive).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } found)
                return found;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new("FOLDER", $"names {Path.GetFullPath(folder)}, which cannot be read")]);
        }
        throw new ConfigurationException([new("FOLDER", $"names {Path.GetFullPath(folder)}, in which there is no archive")]);
    }

    private static bool IsArchive(string folder) =>
        File.Exists(Path.Combine(folder, ArchiveFolder.ManifestName)) || File.Exists(Path.Combine(folder, ArchiveFolder.TombstoneName));

    private static void Write(TextWriter output, List<ArchiveVerdict> verdicts, bool hasTrusted)
    {
        foreach (var verdict in verdicts)
        {
            output.WriteLine(verdict.Problem is { } problem ? $"{verdict.Partition}: {problem}"
                : string.Create(CultureInfo.InvariantCulture, $"{verdict.Partition}: {verdict.Rows:N0} events, whole, signed with the key {verdict.Fingerprint}")
                    + (hasTrusted ? ", a trusted one." : "; compare this fingerprint with the one you trust."));
        }
    }

    private static void WriteJson(TextWriter output, List<ArchiveVerdict> verdicts, int exitCode) => JsonDocumentText.Write(output, writer =>
    {
        writer.WriteNumber("exit_code", exitCode);
        writer.WriteStartArray("archives");
        foreach (var verdict in verdicts)
        {
            writer.WriteStartObject();
            writer.WriteString("path", verdict.Path);
            writer.WriteString("partition", verdict.Partition);
            writer.WriteNumber("events", verdict.Rows);
            writer.WriteString("public_key_fingerprint", verdict.Fingerprint);
            writer.WriteString("problem", verdict.Problem);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });
}

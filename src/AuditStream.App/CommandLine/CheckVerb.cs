using System.CommandLine;
using AuditStream.App.Check;
using AuditStream.App.Configuration;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream check</c>: everything that a run needs, tried for real.</summary>
public static class CheckVerb
{
    private const string ClearLine = "\r\u001b[K";

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var configuration = new ConfigurationArguments();
        var json = new Option<bool>("--json") { Description = "One JSON object: exit_code, counts, findings (docs/CHECK.md)." };
        var check = new VerbCommand("check",
            "Tries everything that a run needs (topics, groups, transactions, store, rights, identity key, what the sources send) and says how to mend what is wrong. "
            + "Changes nothing; may run beside the service. Warnings alone end with 0.",
            "auditstream check --config audit.json",
            "auditstream check --json > findings.json");
        configuration.AddTo(check);
        check.Add(json);
        check.SetAction((arguments, cancellationToken) =>
        {
            var (output, error) = (arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);
            var isJson = arguments.GetValue(json);
            try
            {
                return RunAsync(configuration.Read(arguments), output, error, isJson, cancellationToken);
            }
            catch (ConfigurationException exception) when (isJson)
            {
                var report = new CheckReport();
                report.Add(exception);
                report.WriteJson(output);
                return Task.FromResult(report.ExitCode);
            }
        });
        return check;
    }

    private static async Task<int> RunAsync(AuditStreamOptions options, TextWriter output, TextWriter error, bool isJson, CancellationToken cancellationToken)
    {
        var report = new CheckReport();
        // A line that is written over, for a person who waits.
        var showsProgress = ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;
        var run = new CheckRun(options, TimeProvider.System, what =>
        {
            if (showsProgress)
                error.Write($"{ClearLine}{what} ...");
        });
        await foreach (var finding in run.RunAsync(cancellationToken).ConfigureAwait(false))
        {
            if (showsProgress)
                await error.WriteAsync(ClearLine).ConfigureAwait(false);
            report.Add(finding, isJson ? null : output);
        }
        if (isJson)
            report.WriteJson(output);
        else
            report.WriteSummary(output);
        return report.ExitCode;
    }
}

using System.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.App.Hosting;
using AuditStream.App.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream run</c>: the service, until it is told to stop.</summary>
public static class RunVerb
{
    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var configuration = new ConfigurationArguments();
        var roles = new Option<string?>("--roles") { Description = "What this process does: normalize, images, sink, or several (Roles).", HelpName = "normalize,images,sink" };
        var run = new VerbCommand("run",
            "Runs the service until Ctrl-C or SIGTERM, and then ends cleanly within 20 s. Waits for Kafka and PostgreSQL where they are not there yet.",
            "auditstream run",
            "auditstream run --config audit.json --roles normalize",
            "auditstream run --set Raw:Topics=bank.public.accounts --set Kafka:BootstrapServers=broker:9092");
        configuration.AddTo(run);
        run.Add(roles);
        run.SetAction((arguments, cancellationToken) =>
        {
            var more = arguments.GetValue(roles) is { } text ? [$"Roles={text}"] : Array.Empty<string>();
            return RunAsync(configuration.Read(arguments, more), arguments.InvocationConfiguration.Error, cancellationToken);
        });
        return run;
    }

    private static async Task<int> RunAsync(AuditStreamOptions options, TextWriter error, CancellationToken cancellationToken)
    {
        var identityKey = IdentityKeyStore.Load(options.Identity);
        var application = ServiceHost.Build(ServiceHost.CreateBuilder(options, identityKey));
        await using (application.ConfigureAwait(false))
        {
            var outcome = application.Services.GetRequiredService<RunOutcome>();
            try
            {
                await application.RunAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (IOException exception) when (exception.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
            {
                outcome.Fail(ExitCode.Usage, $"Port {options.Http.Port} is taken: set Http:Port to another one, or to 0 for none.");
            }
            if (outcome.Failure is { } failure)
                await error.WriteLineAsync(failure).ConfigureAwait(false);
            return outcome.ExitCode;
        }
    }
}

using System.CommandLine;
using System.Net;
using AuditStream.App.Configuration;

namespace AuditStream.App.CommandLine;

/// <summary><c>auditstream health</c>: asks the service on this machine how it is, for images that have neither shell nor curl.</summary>
public static class HealthVerb
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var configuration = new ConfigurationArguments();
        var ready = new Option<bool>("--ready") { Description = "Asks whether every part does its work (/health/ready), not only whether the process lives." };
        var health = new VerbCommand("health",
            "Asks the service that runs on this machine whether it lives: the health check of a container.",
            "auditstream health",
            "auditstream health --ready --set Http:Port=9090");
        configuration.AddTo(health);
        health.Add(ready);
        health.SetAction((arguments, cancellationToken) =>
            AskAsync(configuration.ReadForMigrate(arguments).Http, arguments.GetValue(ready) ? "/health/ready" : "/health/live",
                arguments.InvocationConfiguration, cancellationToken));
        return health;
    }

    private static async Task<int> AskAsync(HttpOptions options, string path, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        if (options.Port == 0)
            throw new ConfigurationException([new("Http:Port", "is 0: a service without HTTP cannot be asked")]);
        var url = Url(options, path);
        using var client = new HttpClient { Timeout = AnswerWithin };
        try
        {
            using var response = await client.GetAsync(url, cancellationToken).ConfigureAwait(false);
            await console.Output.WriteLineAsync(await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? ExitCode.Done : ExitCode.FoundWrong;
        }
        catch (HttpRequestException)
        {
            await console.Error.WriteLineAsync($"Nothing answers at {url}.").ConfigureAwait(false);
            return ExitCode.NotReachable;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await console.Error.WriteLineAsync($"{url} did not answer within {AnswerWithin.TotalSeconds} s.").ConfigureAwait(false);
            return ExitCode.NotReachable;
        }
    }

    private static Uri Url(HttpOptions options, string path)
    {
        var host = IPAddress.TryParse(options.Host, out var address) ? address : IPAddress.Loopback; // "*" and "localhost" listen there
        if (host.Equals(IPAddress.Any) || host.Equals(IPAddress.IPv6Any))
            host = host.Equals(IPAddress.Any) ? IPAddress.Loopback : IPAddress.IPv6Loopback;
        return new UriBuilder(Uri.UriSchemeHttp, host.ToString(), options.Port, path).Uri;
    }
}

using System.Diagnostics;
using System.Globalization;

namespace AuditStream.Testing;

/// <summary>The built command line as a process of its own, configured by its environment.</summary>
public sealed class AuditStreamProcess : IAsyncDisposable
{
    private const string Prefix = "AUDITSTREAM__";
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private readonly RunningProcess _process;

    private AuditStreamProcess(RunningProcess process, int httpPort)
    {
        _process = process;
        HttpPort = httpPort;
    }

    /// <summary>Where <c>/metrics</c> and <c>/health</c> are served.</summary>
    public int HttpPort { get; }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>The exit code of an ended process.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>What the process has written.</summary>
    public OutputLog Output => _process.Output;

    /// <summary>True once the process has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts <c>auditstream VERB</c>.</summary>
    /// <param name="verb"><c>run</c>, <c>migrate</c> …, with its arguments.</param>
    /// <param name="configuration">Configuration by key, levels parted by colons: <c>Kafka:BootstrapServers</c>.</param>
    /// <param name="variables">Further variables, as they are spelt.</param>
    public static AuditStreamProcess Start(
        IReadOnlyList<string> verb, IReadOnlyDictionary<string, string> configuration, params IReadOnlyList<(string Name, string Value)> variables)
    {
        var start = new ProcessStartInfo("dotnet", [RepositoryFolder.Built("AuditStream.App", "auditstream.dll"), .. verb])
        {
            WorkingDirectory = Path.GetTempPath(), // no appsettings.json of the repository may take part
        };
        var port = FreePorts.One();
        start.Environment[Prefix + "HTTP__PORT"] = port.ToString(CultureInfo.InvariantCulture);
        foreach (var (key, value) in configuration)
            start.Environment[Prefix + key.Replace(":", "__", StringComparison.Ordinal)] = value;
        foreach (var (name, value) in variables)
            start.Environment[name] = value;
        return new AuditStreamProcess(RunningProcess.Start($"auditstream {verb[0]}", start), port);
    }

    /// <summary>Runs <c>auditstream VERB</c> to its end.</summary>
    /// <returns>The exit code and the output.</returns>
    public static async Task<(int ExitCode, OutputLog Output)> RunToEndAsync(
        IReadOnlyList<string> verb, IReadOnlyDictionary<string, string> configuration, TimeSpan within,
        params IReadOnlyList<(string Name, string Value)> variables)
    {
        await using var process = Start(verb, configuration, variables);
        return (await process.EndAsync(within), process.Output);
    }

    /// <summary>Waits until <c>/health/ready</c> says yes.</summary>
    public Task ReadyAsync() => _process.HoldsAsync("auditstream to be ready", ReadyLimit, () => AnswersAsync("/health/ready"));

    /// <summary>True when the path answers with a status of success.</summary>
    public async Task<bool> AnswersAsync(string path)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{HttpPort}{path}"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // it does not listen yet, or no more
        }
        catch (TaskCanceledException)
        {
            return false; // it listens and does not answer
        }
    }

    /// <summary>One reading of the metrics.</summary>
    public Task<MetricsPage> MetricsAsync() => MetricsPage.ReadAsync(HttpPort);

    /// <summary>Waits until a condition holds, and fails at once when the process ends before.</summary>
    public Task HoldsAsync(string what, TimeSpan within, Func<Task<bool>> condition) => _process.HoldsAsync(what, within, condition);

    /// <summary>Sends a signal of <see cref="PosixSignal"/>.</summary>
    public void Send(int signal) => _process.Send(signal);

    /// <summary>Waits for the end.</summary>
    public Task<int> EndAsync(TimeSpan within) => _process.EndAsync(within);

    /// <summary>Sends a signal and waits for the end.</summary>
    /// <returns>The exit code and how long the end took.</returns>
    public async Task<(int ExitCode, TimeSpan Took)> StopAsync(int signal, TimeSpan within)
    {
        var clock = Stopwatch.StartNew();
        Send(signal);
        return (await EndAsync(within), clock.Elapsed);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();
}

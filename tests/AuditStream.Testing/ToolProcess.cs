using System.Diagnostics;

namespace AuditStream.Testing;

/// <summary>Runs a command-line tool to its end.</summary>
public static class ToolProcess
{
    /// <summary>Runs the tool and returns what it wrote to standard output.</summary>
    /// <exception cref="InvalidOperationException">The tool ended with another exit code than 0.</exception>
    /// <exception cref="TimeoutException">The tool did not end in time; it was killed.</exception>
    public static async Task<string> RunAsync(TimeSpan within, string file, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"Starting {file} failed.");
        process.StandardInput.Close();
        var output = new OutputLog();
        var everything = new OutputLog();
        process.OutputDataReceived += (_, line) =>
        {
            output.Add(line.Data);
            everything.Add(line.Data);
        };
        process.ErrorDataReceived += (_, line) => everything.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var timeout = new CancellationTokenSource(within);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"Running {Path.GetFileName(file)} for {within.TotalSeconds} s failed. {everything.Tail()}");
        }
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{Path.GetFileName(file)} ended with {process.ExitCode}. {everything.Tail()}");
        return string.Join('\n', output.Lines());
    }
}

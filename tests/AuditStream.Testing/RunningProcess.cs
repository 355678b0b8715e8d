using System.Diagnostics;
using System.Globalization;

namespace AuditStream.Testing;

/// <summary>A process that a test started: its output, its signals, its end. Killed when disposed.</summary>
public sealed class RunningProcess : IAsyncDisposable
{
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(20);
    private readonly Process _process;
    private readonly string _name;
    private readonly Guard _guard;
    private bool _isDisposed;

    private RunningProcess(string name, Process process)
    {
        _name = name;
        _process = process;
        _guard = new Guard("kill", "-9", process.Id.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>What the process has written.</summary>
    public OutputLog Output { get; } = new();

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>True once the process has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The exit code of an ended process.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a process.</summary>
    /// <param name="name">Its name in messages.</param>
    /// <param name="start">What to start; its output is captured whatever it says.</param>
    public static RunningProcess Start(string name, ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"Starting {name} failed: no process came up.");
        process.StandardInput.Close();
        var running = new RunningProcess(name, process);
        process.OutputDataReceived += (_, line) => running.Output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => running.Output.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return running;
    }

    /// <summary>Sends a signal of <see cref="PosixSignal"/>.</summary>
    public void Send(int signal) => PosixSignal.Send(_process.Id, signal);

    /// <summary>Waits for the end, and for the end of its output.</summary>
    /// <returns>The exit code: 128 + signal for a process that a signal ended.</returns>
    /// <exception cref="TimeoutException">The process did not end in time.</exception>
    public async Task<int> EndAsync(TimeSpan within)
    {
        using var timeout = new CancellationTokenSource(within);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Waiting for the end of {_name} for {within.TotalSeconds} s failed. {Output.Tail()}");
        }
        return _process.ExitCode;
    }

    /// <summary>Waits until a condition holds, and fails at once when the process ends before.</summary>
    public Task HoldsAsync(string what, TimeSpan within, Func<Task<bool>> condition) => Eventually.HoldsAsync(what, within, async () =>
    {
        if (await condition())
            return true;
        if (HasExited)
            throw new InvalidOperationException($"Waiting for {what} failed: {_name} ended with {ExitCode}. {Output.Tail()}");
        return false;
    }, () => Output.Tail());

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        if (!_process.HasExited)
        {
            Send(PosixSignal.Kill);
            await EndAsync(KillLimit);
        }
        _guard.Dispose();
        _process.Dispose();
    }
}

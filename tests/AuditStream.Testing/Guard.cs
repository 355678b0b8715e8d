using System.Diagnostics;

namespace AuditStream.Testing;

/// <summary>Cleans up when the test host itself is killed: a shell in a session of its own that waits for its standard input to close.</summary>
public sealed class Guard : IDisposable
{
    private readonly Process _shell;

    /// <summary>Starts the guard.</summary>
    /// <param name="command">What it runs when this process is gone: a program and its arguments.</param>
    public Guard(params IEnumerable<string> command)
    {
        var start = new ProcessStartInfo("setsid", ["sh", "-c", "read -r line; exec \"$@\" >/dev/null 2>&1", "guard", .. command])
        {
            RedirectStandardInput = true,
        };
        _shell = Process.Start(start) ?? throw new InvalidOperationException("Starting a guard failed: no process came up.");
    }

    /// <summary>Ends the guard; it does nothing then.</summary>
    public void Dispose()
    {
        if (!_shell.HasExited)
            _shell.Kill();
        _shell.Dispose();
    }
}

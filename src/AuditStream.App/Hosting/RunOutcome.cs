using AuditStream.App.CommandLine;

namespace AuditStream.App.Hosting;

/// <summary>How a run ended: the process's exit code and, when it failed, the sentence that says why.</summary>
public sealed class RunOutcome
{
    private readonly Lock gate = new();

    /// <summary>One of <see cref="CommandLine.ExitCode"/>; <see cref="ExitCode.Done"/> until something failed.</summary>
    public int ExitCode { get; private set; } = CommandLine.ExitCode.Done;

    /// <summary>What happened and what to do; null when nothing failed.</summary>
    public string? Failure { get; private set; }

    /// <summary>Notes a failure; the first one counts.</summary>
    public void Fail(int exitCode, string failure)
    {
        lock (gate)
        {
            if (Failure is null)
                (ExitCode, Failure) = (exitCode, failure);
        }
    }
}

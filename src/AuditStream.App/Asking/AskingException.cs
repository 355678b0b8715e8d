namespace AuditStream.App.Asking;

/// <summary>A question that the store cannot be asked; its message says why.</summary>
/// <param name="message">A sentence for the person who asked.</param>
/// <param name="exitCode">What the verb ends with.</param>
internal sealed class AskingException(string message, int exitCode) : Exception(message)
{
    /// <summary>What the verb ends with.</summary>
    public int ExitCode => exitCode;
}

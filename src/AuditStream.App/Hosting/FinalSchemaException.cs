namespace AuditStream.App.Hosting;

/// <summary>Events cannot be written in Avro, because their schema has no id.</summary>
public sealed class FinalSchemaException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="exitCode">How the process ends.</param>
    /// <param name="message">What happened and what to do.</param>
    public FinalSchemaException(int exitCode, string message)
        : base(message) => ExitCode = exitCode;

    /// <summary>How the process ends: one of <see cref="CommandLine.ExitCode"/>.</summary>
    public int ExitCode { get; }
}

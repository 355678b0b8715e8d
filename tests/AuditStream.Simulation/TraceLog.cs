using Microsoft.Extensions.Logging;

namespace AuditStream.Simulation;

/// <summary>What the loop says goes into the history's trace: first lines without the places in the code, which differ from build to build.</summary>
internal sealed class TraceLog(Action<string> write) : ILogger
{
    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc/>
    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
            write(formatter(state, exception).Split('\n')[0].Split("    at ")[0]);
    }
}

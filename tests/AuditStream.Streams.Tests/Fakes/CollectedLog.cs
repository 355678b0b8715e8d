using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>Keeps what is logged, from information upwards, for the message of a failed test and for tests of the sentences.</summary>
internal sealed class CollectedLog : ILoggerFactory, ILogger
{
    private const int MaxLines = 1000;
    private readonly ConcurrentQueue<string> lines = new();

    internal IEnumerable<string> Lines => lines;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && lines.Count < MaxLines)
            lines.Enqueue($"{logLevel}: {formatter(state, exception)}{exception?.Message}");
    }

    public override string ToString() => string.Join('\n', lines);

    public void Dispose()
    {
    }
}

using AuditStream.App.Health;
using AuditStream.App.Hosting;
using Microsoft.Extensions.Logging;

namespace AuditStream.App.Tests.Hosting;

public sealed class WaitingTests
{
    private readonly ClockOfTests clock = new();
    private readonly LinesOfTests log = new();
    private readonly Readiness readiness = new();

    [Fact]
    public void A_wait_is_said_at_once_and_then_every_30_seconds()
    {
        var waiting = new Waiting("postgresql", readiness, clock, log);
        for (var second = 0; second <= 65; second++)
        {
            waiting.For("PostgreSQL", "Not reached.");
            clock.Seconds++;
        }
        log.Lines.ShouldBe(Enumerable.Repeat("Waiting for PostgreSQL: Not reached.", 3));
        readiness.IsReady.ShouldBeFalse();
        readiness.Checks.ShouldBe([new ReadinessCheck("postgresql", IsReady: false, "waits for PostgreSQL")]);
    }

    [Fact]
    public void The_end_of_a_wait_is_said_once_and_the_next_wait_at_once_again()
    {
        var waiting = new Waiting("postgresql", readiness, clock, log);
        waiting.For("PostgreSQL", "Not reached.");
        waiting.IsOver();
        waiting.IsOver();
        readiness.IsReady.ShouldBeTrue();
        waiting.For("PostgreSQL", "Gone.");
        log.Lines.ShouldBe(["Waiting for PostgreSQL: Not reached.", "PostgreSQL is there.", "Waiting for PostgreSQL: Gone."]);
    }

    private sealed class ClockOfTests : TimeProvider
    {
        public long Seconds { get; set; } = 1_000;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    private sealed class LinesOfTests : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}

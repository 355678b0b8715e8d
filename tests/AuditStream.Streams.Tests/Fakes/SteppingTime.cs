namespace AuditStream.Streams.Tests.Fakes;

/// <summary>A clock that goes on by a fixed step whenever it is asked: waits pass without anyone waiting.</summary>
internal sealed class SteppingTime(TimeSpan step) : TimeProvider
{
    private long ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Add(ref ticks, step.Ticks);
}

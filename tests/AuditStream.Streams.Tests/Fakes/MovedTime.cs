namespace AuditStream.Streams.Tests.Fakes;

/// <summary>A clock that stands still until it is moved.</summary>
internal sealed class MovedTime : TimeProvider
{
    private TimeSpan now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => now.Ticks;

    internal void Advance(TimeSpan by) => now += by;
}

namespace AuditStream.App.Tests.Schemas;

/// <summary>A clock that stands until it is moved.</summary>
internal sealed class MovedTime : TimeProvider
{
    private long ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => ticks;

    public void Move(TimeSpan by) => ticks += by.Ticks;
}

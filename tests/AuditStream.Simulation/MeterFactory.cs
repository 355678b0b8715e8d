using System.Diagnostics.Metrics;

namespace AuditStream.Simulation;

/// <summary>Meters that nobody listens to.</summary>
internal sealed class MeterFactory : IMeterFactory
{
    private readonly List<Meter> meters = [];

    /// <inheritdoc/>
    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options);
        meters.Add(meter);
        return meter;
    }

    /// <inheritdoc/>
    public void Dispose() => meters.ForEach(meter => meter.Dispose());
}

namespace AuditStream.App.Metrics;

/// <summary>A metric's type in the Prometheus text format; the written name is the member's name in lower case.</summary>
public enum MetricKind
{
    /// <summary>Only ever rises; its name ends in <c>_total</c>.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Counts by upper bound.</summary>
    Histogram,
}

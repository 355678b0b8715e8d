using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace AuditStream.App.Metrics;

/// <summary>One metric: its name, kind and help in the Prometheus form, and its series by labels.</summary>
internal sealed class MetricFamily
{
    // A tag whose values are not a closed list would grow without end; what comes later shares one series.
    private const int MaxSeries = 1_000;
    private const string OverflowLabels = "overflow=\"true\"";

    // For a histogram without advice: seconds, as durations are measured.
    private static readonly double[] DefaultBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly ConcurrentDictionary<string, MetricSeries> series = new(StringComparer.Ordinal);
    private readonly bool isAbsolute;
    private readonly bool isAsked;
    private long round;

    public MetricFamily(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        isAbsolute = instrument.IsObservable || type == typeof(Gauge<>);
        Kind = KindOf(type);
        isAsked = instrument.IsObservable && Kind == MetricKind.Gauge;
        Name = PrometheusName.Of(instrument.Name, instrument.Unit, Kind);
        Help = instrument.Description ?? "";
        Bounds = Kind == MetricKind.Histogram ? BoundsOf(instrument) : [];
    }

    public string Name { get; }

    public MetricKind Kind { get; }

    public string Help { get; }

    /// <summary>The upper bounds of a histogram's buckets, rising; empty for the other kinds.</summary>
    public double[] Bounds { get; }

    public IEnumerable<MetricSeries> Series => series.Values.OrderBy(one => one.Labels, StringComparer.Ordinal);

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var one = SeriesOf(Labels(tags));
        if (Kind == MetricKind.Histogram)
            one.Observe(value);
        else if (isAbsolute)
            one.Set(value, Interlocked.Read(ref round));
        else
            one.Add(value);
    }

    /// <summary>The instrument is about to be asked.</summary>
    public void BeginRound() => Interlocked.Increment(ref round);

    /// <summary>The instrument was asked: what it did not tell of is over, such as the lag of a partition that another instance has now.</summary>
    public void EndRound()
    {
        if (!isAsked)
            return;
        foreach (var (labels, one) in series)
        {
            if (one.Round != Interlocked.Read(ref round))
                series.TryRemove(labels, out _);
        }
    }

    private static MetricKind KindOf(Type type)
    {
        if (type == typeof(Counter<>) || type == typeof(ObservableCounter<>))
            return MetricKind.Counter;
        return type == typeof(Histogram<>) ? MetricKind.Histogram : MetricKind.Gauge;
    }

    private MetricSeries SeriesOf(string labels)
    {
        if (series.TryGetValue(labels, out var one))
            return one;
        var key = series.Count < MaxSeries ? labels : OverflowLabels;
        return series.GetOrAdd(key, static (text, bounds) => new MetricSeries(text, bounds), Bounds);
    }

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            if (text.Length > 0)
                text.Append(',');
            text.Append(PrometheusName.Clean(name)).Append("=\"");
            text.Append(PrometheusName.EscapeLabel(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")).Append('"');
        }
        return text.ToString();
    }

    private static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds.Select(bound => (double)bound)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { Count: > 0 } bounds } => [.. bounds.Select(bound => (double)bound)],
        _ => DefaultBounds,
    };
}

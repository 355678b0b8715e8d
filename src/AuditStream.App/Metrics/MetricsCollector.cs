using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace AuditStream.App.Metrics;

/// <summary>Listens to the product's instruments and the runtime's, and writes what they say in the Prometheus text format (0.0.4).</summary>
/// <remarks>Cumulative from the moment it is made: make it before the workers. Measuring is thread-safe and allocates one text per
/// measurement with tags, which is why the product measures per batch.</remarks>
public sealed class MetricsCollector : IDisposable
{
    /// <summary>The content type of the text.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly string[] MeterPrefixes = ["AuditStream", "System.Runtime"];

    private readonly ConcurrentDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly MeterListener listener;
    private readonly Lock asking = new();

    /// <summary>Begins to listen.</summary>
    public MetricsCollector()
    {
        listener = new MeterListener { InstrumentPublished = Enable };
        listener.SetMeasurementEventCallback<byte>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<short>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<int>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<float>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<double>(Record);
        listener.SetMeasurementEventCallback<decimal>((_, value, tags, family) => Record(family, (double)value, tags));
        listener.Start();
    }

    /// <summary>Reads the instruments that are asked and writes every metric, in the order of their names.</summary>
    public void Write(TextWriter output)
    {
        lock (asking)
        {
            foreach (var family in families.Values)
                family.BeginRound();
            listener.RecordObservableInstruments();
            foreach (var family in families.Values)
                family.EndRound();
        }
        foreach (var family in families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
            Write(family, output);
    }

    /// <summary>The sum of a counter's or gauge's series that have all the given labels.</summary>
    /// <param name="name">The name in the Prometheus form.</param>
    /// <param name="labels">Labels as written: <c>reason="tombstone"</c>.</param>
    public double Sum(string name, params IReadOnlyList<string> labels) =>
        families.TryGetValue(name, out var family)
            ? family.Series.Where(one => labels.All(label => one.Labels.Contains(label, StringComparison.Ordinal))).Sum(one => one.Read().Sum)
            : 0;

    /// <summary>The values of a counter or gauge by one of its labels.</summary>
    /// <param name="name">The name in the Prometheus form.</param>
    /// <param name="label">The label whose values are the groups.</param>
    public IReadOnlyDictionary<string, double> SumsBy(string name, string label)
    {
        var sums = new SortedDictionary<string, double>(StringComparer.Ordinal);
        if (!families.TryGetValue(name, out var family))
            return sums;
        foreach (var one in family.Series)
        {
            var start = one.Labels.IndexOf($"{label}=\"", StringComparison.Ordinal);
            if (start < 0)
                continue;
            start += label.Length + 2;
            var value = one.Labels[start..one.Labels.IndexOf('"', start)];
            sums[value] = sums.GetValueOrDefault(value) + one.Read().Sum;
        }
        return sums;
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Dispose();

    private void Enable(Instrument instrument, MeterListener meterListener)
    {
        if (!MeterPrefixes.Any(prefix => instrument.Meter.Name.StartsWith(prefix, StringComparison.Ordinal)))
            return;
        // Two instruments of one name (a meter made twice) are one metric.
        var family = new MetricFamily(instrument);
        meterListener.EnableMeasurementEvents(instrument, families.GetOrAdd(family.Name, family));
    }

    private static void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? family) =>
        Record(family, value, tags);

    private static void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        (family as MetricFamily)?.Record(value, tags);

    private static void Write(MetricFamily family, TextWriter output)
    {
        if (family.Help.Length > 0)
            output.Write($"# HELP {family.Name} {PrometheusName.EscapeHelp(family.Help)}\n");
        output.Write($"# TYPE {family.Name} {family.Kind.ToString().ToLowerInvariant()}\n");
        foreach (var series in family.Series)
        {
            var (sum, counts) = series.Read();
            if (family.Kind == MetricKind.Histogram)
                WriteHistogram(family, series.Labels, sum, counts, output);
            else
                WriteSample(family.Name, series.Labels, PrometheusName.Number(sum), output);
        }
    }

    private static void WriteHistogram(MetricFamily family, string labels, double sum, long[] counts, TextWriter output)
    {
        var (count, separator) = (0L, labels.Length == 0 ? "" : ",");
        for (var i = 0; i < counts.Length; i++)
        {
            count += counts[i];
            var bound = i < family.Bounds.Length ? PrometheusName.Number(family.Bounds[i]) : "+Inf";
            WriteSample($"{family.Name}_bucket", $"{labels}{separator}le=\"{bound}\"", count.ToString(CultureInfo.InvariantCulture), output);
        }
        WriteSample($"{family.Name}_sum", labels, PrometheusName.Number(sum), output);
        WriteSample($"{family.Name}_count", labels, count.ToString(CultureInfo.InvariantCulture), output);
    }

    private static void WriteSample(string name, string labels, string value, TextWriter output) =>
        output.Write(labels.Length == 0 ? $"{name} {value}\n" : $"{name}{{{labels}}} {value}\n");
}

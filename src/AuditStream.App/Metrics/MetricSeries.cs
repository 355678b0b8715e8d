namespace AuditStream.App.Metrics;

/// <summary>The numbers of one metric for one set of labels.</summary>
internal sealed class MetricSeries(string labels, double[] bounds)
{
    private readonly Lock gate = new();
    private readonly long[] counts = new long[bounds.Length + 1];
    private double sum;

    /// <summary>The labels as they stand between the braces; empty for none.</summary>
    public string Labels { get; } = labels;

    /// <summary>When it was last set: which time the instruments were asked.</summary>
    public long Round { get; private set; }

    public void Add(double value)
    {
        lock (gate)
            sum += value;
    }

    public void Set(double value, long round)
    {
        lock (gate)
            (sum, Round) = (value, round);
    }

    public void Observe(double value)
    {
        var bucket = Array.FindIndex(bounds, bound => value <= bound);
        lock (gate)
        {
            counts[bucket < 0 ? bounds.Length : bucket]++;
            sum += value;
        }
    }

    /// <summary>The sum (a counter's or gauge's value), and for a histogram how many fell into each bucket, the last without upper bound.</summary>
    public (double Sum, long[] Counts) Read()
    {
        lock (gate)
            return (sum, [.. counts]);
    }
}

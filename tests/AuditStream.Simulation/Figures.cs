using System.Diagnostics;
using System.Globalization;

namespace AuditStream.Simulation;

/// <summary>What many histories were together.</summary>
internal sealed class Figures
{
    private readonly long started = Stopwatch.GetTimestamp();

    internal int Histories { get; private set; }

    internal Counts Counts { get; private set; }

    /// <summary>Histories in which something was wrong.</summary>
    internal List<Report> Failed { get; } = [];

    /// <summary>Runs these seeds in their order, as many at once as there are processors.</summary>
    /// <param name="seeds">The seeds.</param>
    /// <param name="budget">After how long no more are begun; null for no bound.</param>
    /// <param name="fewest">How many are run whatever time it takes.</param>
    /// <param name="progress">Told after each.</param>
    internal static Figures Run(IEnumerable<int> seeds, TimeSpan? budget = null, int fewest = 0, Action<Figures>? progress = null)
    {
        var figures = new Figures();
        using var source = seeds.GetEnumerator();
        var begun = 0;
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            while (Next() is { } seed)
            {
                var report = History.Run(seed);
                lock (figures)
                {
                    figures.Add(report);
                    progress?.Invoke(figures);
                }
            }
        });
        figures.Failed.Sort((one, other) => one.Seed.CompareTo(other.Seed));
        return figures;

        int? Next()
        {
            lock (source)
            {
                var isOver = begun >= fewest && budget < Stopwatch.GetElapsedTime(figures.started);
                if (isOver || !source.MoveNext())
                    return null;
                begun++;
                return source.Current;
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Histories} histories in {Stopwatch.GetElapsedTime(started).TotalSeconds:f1} s: {Counts}; {Failed.Count} failed");

    private void Add(Report report)
    {
        Histories++;
        Counts += report.Counts;
        if (report.Breaches.Count > 0)
            Failed.Add(report);
    }
}

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

    /// <summary>Runs these seeds, as many at once as there are processors.</summary>
    internal static Figures Run(IEnumerable<int> seeds)
    {
        var figures = new Figures();
        foreach (var report in seeds.AsParallel().AsOrdered().WithMergeOptions(ParallelMergeOptions.NotBuffered).Select(seed => History.Run(seed)))
            figures.Add(report);
        return figures;
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

using System.Globalization;

namespace AuditStream.Bench;

/// <summary>One round of the loop's benchmark: microseconds, and bytes allocated, per record.</summary>
internal sealed record Figures(
    double Copy, double CopyProcessor, double Core, double Loop, double LoopProcessor, double CopyAllocated, double LoopAllocated)
{
    /// <summary>The loop's time beside what it cannot do without.</summary>
    public double Ratio => Loop / (Copy + Core);

    /// <summary>Medians, each column by itself.</summary>
    public static Figures Medians(IReadOnlyCollection<Figures> rounds) => new(
        Median(rounds.Select(round => round.Copy)),
        Median(rounds.Select(round => round.CopyProcessor)),
        Median(rounds.Select(round => round.Core)),
        Median(rounds.Select(round => round.Loop)),
        Median(rounds.Select(round => round.LoopProcessor)),
        Median(rounds.Select(round => round.CopyAllocated)),
        Median(rounds.Select(round => round.LoopAllocated)));

    /// <summary>A row of the table.</summary>
    public string Line(string round) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {round,5} | {Copy,7:F2} | {CopyProcessor,11:F2} | {Core,7:F2} | {Loop,7:F2} | {LoopProcessor,11:F2} ")
        + string.Create(CultureInfo.InvariantCulture, $"| {1_000_000 / Loop,7:N0} | {CopyAllocated,6:N0} | {LoopAllocated,6:N0} | {Ratio,20:F2} |");

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}

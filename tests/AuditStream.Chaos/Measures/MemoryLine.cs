using System.Globalization;

namespace AuditStream.Chaos.Measures;

/// <summary>The resident memory of a process over time, and whether it is flat.</summary>
internal sealed class MemoryLine
{
    /// <summary>How much more the last quarter may have than the second, as a share and beside it.</summary>
    private const double FlatShare = 1.10;
    private const double FlatMegabytes = 15;
    private const string Resident = "VmRSS:";
    private readonly List<(double Seconds, double Megabytes)> points = [];

    /// <summary>The latest, in MB.</summary>
    internal double Latest => points[^1].Megabytes;

    /// <summary>The most, in MB.</summary>
    internal double Peak => points.Max(point => point.Megabytes);

    /// <summary>What it is once the process is warm, in MB: the median of the second quarter.</summary>
    internal double Warm => Median(Quarter(1));

    /// <summary>What it is at the end, in MB: the median of the last quarter.</summary>
    internal double End => Median(Quarter(3));

    /// <summary>Whether the end is not noticeably more than the warm process.</summary>
    internal bool IsFlat => End <= (Warm * FlatShare) + FlatMegabytes;

    /// <summary>The line's slope from the second quarter on, in MB a minute, by least squares.</summary>
    internal double SlopePerMinute
    {
        get
        {
            var warm = points[(points.Count / 4)..];
            var (x, y) = (warm.Average(point => point.Seconds), warm.Average(point => point.Megabytes));
            var width = warm.Sum(point => (point.Seconds - x) * (point.Seconds - x));
            return width == 0 ? 0 : 60 * warm.Sum(point => (point.Seconds - x) * (point.Megabytes - y)) / width;
        }
    }

    /// <summary>Takes a reading.</summary>
    internal void Read(int processId, TimeSpan at)
    {
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/status")).First(line =>
            line.StartsWith(Resident, StringComparison.Ordinal));
        var kilobytes = long.Parse(line[Resident.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
        points.Add((at.TotalSeconds, kilobytes / 1024d));
    }

    private List<double> Quarter(int number) =>
        [.. points.Skip(points.Count * number / 4).Take(Math.Max(1, points.Count / 4)).Select(point => point.Megabytes).Order()];

    private static double Median(List<double> values) => values[values.Count / 2];
}

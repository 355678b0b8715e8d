using System.Globalization;

namespace AuditStream.Simulation;

/// <summary>The seeds that failed once: <c>Seeds.txt</c>.</summary>
internal static class Seeds
{
    /// <summary>All of them.</summary>
    internal static IReadOnlyList<int> Kept { get; } =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Seeds.txt"))
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture)),
    ];
}

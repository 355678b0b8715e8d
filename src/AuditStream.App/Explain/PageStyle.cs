using System.Globalization;

namespace AuditStream.App.Explain;

/// <summary>How a page for people is written.</summary>
/// <param name="Columns">The width in characters; no line is longer.</param>
/// <param name="IsColoured">Whether colours are written, as the escape sequences of a terminal.</param>
public sealed record PageStyle(int Columns, bool IsColoured)
{
    /// <summary>The width where nothing tells it.</summary>
    public const int DefaultColumns = 100;

    private const int LeastColumns = 40;

    /// <summary>What fits the place that is written to.</summary>
    /// <param name="output">Where the page goes.</param>
    /// <param name="colour">When it is coloured.</param>
    /// <param name="variable">Reads an environment variable: <c>NO_COLOR</c>, <c>TERM</c>, <c>COLUMNS</c>.</param>
    public static PageStyle Of(TextWriter output, ColourUse colour, Func<string, string?> variable)
    {
        var isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        var isColoured = colour switch
        {
            ColourUse.Always => true,
            ColourUse.Never => false,
            _ => isTerminal && string.IsNullOrEmpty(variable("NO_COLOR")) && variable("TERM") is not (null or "" or "dumb"),
        };
        var columns = isTerminal && Console.WindowWidth > 0 ? Console.WindowWidth
            : int.TryParse(variable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var told) ? told
            : DefaultColumns;
        return new PageStyle(Math.Max(columns, LeastColumns), isColoured);
    }
}

using System.Globalization;
using Spectre.Console;

namespace AuditStream.Demo.Output;

/// <summary>Makes the demo's console: colours and live tables on a terminal, plain text otherwise.</summary>
public static class DemoConsole
{
    private const string WidthVariable = "COLUMNS";
    private const int LeastColumns = 40;

    /// <summary>Makes it.</summary>
    /// <param name="output">Where it writes.</param>
    /// <param name="isTerminal">Whether that is a terminal.</param>
    public static IAnsiConsole Create(TextWriter output, bool isTerminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        if (!isTerminal && int.TryParse(Environment.GetEnvironmentVariable(WidthVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var width))
            console.Profile.Width = Math.Max(width, LeastColumns);
        return console;
    }
}

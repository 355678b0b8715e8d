using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AuditStream.Demo.Live;

/// <summary>The terminal's alternate screen, on which one frame follows another; on <see cref="Dispose"/> everything is as it was before.</summary>
/// <remarks>Each frame is drawn over the one before, line by line from the top, without clearing: nothing flickers. After a change of size it is
/// cleared first, because a terminal breaks the old lines anew.</remarks>
public sealed class Screen : IDisposable
{
    private const string EnterAlternate = "\u001b[?1049h\u001b[?25l";
    private const string LeaveAlternate = "\u001b[0m\u001b[?25h\u001b[?1049l";
    private const string BeginTogether = "\u001b[?2026h";
    private const string EndTogether = "\u001b[?2026l";
    private const string Home = "\u001b[H";
    private const string Clear = "\u001b[2J";
    private const string ClearLine = "\u001b[K";
    private const string ClearBelow = "\u001b[J";

    private readonly TextWriter output;
    private readonly StringWriter rendered = new() { NewLine = "\n" };
    private readonly IAnsiConsole console;
    private (int Columns, int Rows) drawn;

    /// <summary>Enters it.</summary>
    /// <param name="output">The terminal.</param>
    /// <param name="colours">What it can show.</param>
    public Screen(TextWriter output, ColorSystem colours)
    {
        this.output = output;
        console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = (ColorSystemSupport)colours,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(rendered),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        output.Write(EnterAlternate);
        output.Flush();
    }

    /// <summary>Draws a frame that was made for this size.</summary>
    public void Draw(IRenderable frame, int columns, int rows)
    {
        console.Profile.Width = columns;
        rendered.GetStringBuilder().Clear();
        console.Write(frame);
        var text = new StringBuilder(BeginTogether);
        if (drawn != (columns, rows))
            text.Append(Clear);
        drawn = (columns, rows);
        text.Append(Home).AppendJoin("\r\n", rendered.ToString().Split('\n').Select(line => line + ClearLine)).Append(ClearBelow).Append(EndTogether);
        output.Write(text.ToString());
        output.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        output.Write(LeaveAlternate);
        output.Flush();
    }
}

using Spectre.Console;
using Spectre.Console.Rendering;

namespace AuditStream.App.Explain;

/// <summary>Writes what is laid out for a page, without the blanks that fill lines up to its width: nobody wants them in a file.</summary>
internal sealed class PageWriter
{
    private readonly TextWriter output;
    private readonly StringWriter rendered = new() { NewLine = "\n" };
    private readonly IAnsiConsole console;

    /// <summary>Makes a writer.</summary>
    public PageWriter(TextWriter output, PageStyle style)
    {
        this.output = output;
        console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = style.IsColoured ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = style.IsColoured ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(rendered),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = style.Columns;
    }

    /// <summary>Writes parts, one under the other.</summary>
    public void Write(params ReadOnlySpan<IRenderable> parts)
    {
        foreach (var part in parts)
            console.Write(part);
        foreach (var line in rendered.ToString().TrimEnd('\n').Split('\n'))
            output.WriteLine(line.TrimEnd());
        rendered.GetStringBuilder().Clear();
    }

    /// <summary>Writes an empty line.</summary>
    public void WriteLine() => output.WriteLine();
}

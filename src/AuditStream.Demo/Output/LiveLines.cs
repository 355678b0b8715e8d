using AuditStream.App.Explain;
using Spectre.Console;

namespace AuditStream.Demo.Output;

/// <summary>Makes one line of the live table of an event: what does not fit is cut, so that a line stays a line.</summary>
/// <param name="columns">The terminal's width in characters.</param>
public sealed class LiveLines(int columns)
{
    private const int FixedColumns = 12 + 11 + 13; // time, operation, borders
    private const int MaxRowColumns = 45;
    private const int LeastColumns = 8;

    private readonly int rowColumns = Math.Clamp((columns - FixedColumns) / 2, LeastColumns, MaxRowColumns);

    /// <summary>The four cells, marked up.</summary>
    public string[] Cells(string when, string operation, string row, IReadOnlyList<FieldText> changes)
    {
        var change = string.Join("; ", changes.Select(field => Text(operation, field)));
        var colour = operation switch
        {
            "insert" => "green",
            "delete" => "red",
            "update" => "yellow",
            _ => "default",
        };
        var changeColumns = Math.Max(columns - FixedColumns - rowColumns, LeastColumns);
        return [when, $"[{colour}]{Markup.Escape(operation)}[/]", Markup.Escape(Cut(row, rowColumns)), Markup.Escape(Cut(change, changeColumns))];
    }

    private static string Text(string operation, FieldText field) => operation switch
    {
        "insert" => $"{field.Name}: {field.New ?? "?"}",
        "delete" => $"{field.Name}: {field.Old ?? "?"}",
        _ => $"{field.Name}: {field.Old ?? "?"} \u2192 {field.New ?? "?"}",
    };

    private static string Cut(string text, int columns) => text.Length <= columns ? text : text[..(columns - 1)] + "\u2026";
}

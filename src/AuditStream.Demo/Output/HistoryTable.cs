using System.Globalization;
using System.Text;
using AuditStream.App.Explain;
using AuditStream.Demo.Messages;
using AuditStream.Postgres;
using Spectre.Console;

namespace AuditStream.Demo.Output;

/// <summary>One row's history as a table with its diffs.</summary>
public static class HistoryTable
{
    private const int WideColumns = 120;
    private const string Unknown = "?";

    /// <summary>Writes it; narrow terminals get the time of day only.</summary>
    public static void Write(IAnsiConsole console, RowHistory history)
    {
        var row = history.Row;
        var isWide = console.Profile.Width >= WideColumns;
        var table = new Table().Border(TableBorder.Rounded).ShowRowSeparators()
            .Title(Markup.Escape($"History of {row.Schema}.{row.Table} {EventText.Key(row.Key)}, from {SourceKinds.NameOf(SourceKinds.OfSource(row.Source))}"))
            .AddColumn(new TableColumn("when (UTC)").NoWrap()).AddColumn(new TableColumn("what").NoWrap());
        if (isWide)
            table.AddColumn(new TableColumn("transaction").NoWrap());
        table.AddColumn("change");
        foreach (var entry in history.Entries)
        {
            var cells = new List<string> { When(entry.OccurredAt, isWide), Markup.Escape(entry.Operation) };
            if (isWide)
                cells.Add(Markup.Escape(entry.TransactionId ?? ""));
            cells.Add(Change(entry));
            table.AddRow([.. cells]);
        }
        console.Write(table);
    }

    /// <summary>An event's changes as marked-up lines: <c>field: old → new</c>; <c>?</c> where a side is not known.</summary>
    /// <param name="operation">The event's operation.</param>
    /// <param name="changed">The changed columns; empty: proven that nothing changed; null: not known, or of no meaning for the operation.</param>
    /// <param name="body">The event.</param>
    public static string Change(string operation, IReadOnlyList<string>? changed, ReadOnlySpan<byte> body)
    {
        var fields = EventText.Changes(body);
        if (fields.Count == 0 && operation == "update")
            return changed is null ? "[dim]what changed is not known[/]" : "[dim]nothing changed[/]";
        return string.Join('\n', fields.Select(field => Line(operation, field)));
    }

    private static string Change(HistoryEntry entry) => Change(entry.Operation, entry.Changed, Encoding.UTF8.GetBytes(entry.Body));

    private static string Line(string operation, FieldText field)
    {
        var name = Markup.Escape(field.Name);
        var (before, after) = (Markup.Escape(field.Old ?? Unknown), Markup.Escape(field.New ?? Unknown));
        return operation switch
        {
            "insert" => $"{name}: [green]{after}[/]",
            "delete" => $"{name}: [red]{before}[/]",
            _ => $"{name}: [red]{before}[/] \u2192 [green]{after}[/]",
        };
    }

    private static string When(DateTimeOffset instant, bool isWide) =>
        instant.ToString(isWide ? "yyyy-MM-dd HH:mm:ss.fff" : "HH:mm:ss.fff", CultureInfo.InvariantCulture);
}

using System.Globalization;
using AuditStream.Core.Flow;
using Spectre.Console;

namespace AuditStream.Demo.Output;

/// <summary>The demo's summary: what came in, what came out, whether the sums agree, and one row's history.</summary>
public static class Summary
{
    /// <summary>Writes it.</summary>
    public static void Write(IAnsiConsole console, DemoFigures figures)
    {
        WriteIn(console, figures);
        WriteOut(console, figures);
        WriteSums(console, figures);
        if (figures.Row is not null)
            HistoryTable.Write(console, figures.Row, figures.History);
    }

    private static void WriteIn(IAnsiConsole console, DemoFigures figures)
    {
        var table = new Table().Border(TableBorder.Rounded).Title("What came in").AddColumn("raw topic")
            .AddColumn(new TableColumn("records").RightAligned());
        foreach (var (topic, count) in figures.Published.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            table.AddRow(Markup.Escape(topic), Number(count));
        console.Write(table);
    }

    private static void WriteOut(IAnsiConsole console, DemoFigures figures)
    {
        var table = new Table().Border(TableBorder.Rounded).Title("What came out").AddColumn("outcome").AddColumn("kind")
            .AddColumn(new TableColumn("count").RightAligned());
        foreach (var operation in figures.Operations)
            table.AddRow("event", Markup.Escape(operation.Operation), Number(operation.Events));
        foreach (var deadLetter in figures.DeadLetters)
            table.AddRow("dead letter", Markup.Escape($"{deadLetter.Stage}: {deadLetter.Reason}"), Number(deadLetter.DeadLetters));
        foreach (var (reason, count) in figures.Ledger.Skips)
            table.AddRow("skip", Markup.Escape(WireName.Of(reason)), Number(count));
        console.Write(table);
    }

    private static void WriteSums(IAnsiConsole console, DemoFigures figures)
    {
        var total = figures.Ledger.Total;
        console.WriteLine(
            $"{Number(total.Consumed)} records consumed = {Number(total.Emitted)} emitted + {Number(total.DeadLetters)} dead letters + "
            + $"{Number(total.Skipped)} skips");
        console.WriteLine($"{Number(total.Events)} events = {Number(figures.Rows)} rows in audit.event");
        console.MarkupLine(figures.Agree ? "[green]the sums agree[/]" : "[red]the sums do not agree[/]");
        console.WriteLine();
    }

    private static string Number(long count) => count.ToString(CultureInfo.InvariantCulture);
}

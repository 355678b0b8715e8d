using System.Globalization;
using AuditStream.Core.Flow;
using AuditStream.Demo.Messages;
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
        foreach (var history in figures.Histories)
            HistoryTable.Write(console, history);
    }

    private static void WriteIn(IAnsiConsole console, DemoFigures figures)
    {
        var table = new Table().Border(TableBorder.Rounded).Title("What came in").AddColumn("raw topic")
            .AddColumn(new TableColumn("records").RightAligned());
        foreach (var (topic, count) in figures.Published.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            table.AddRow(Markup.Escape(topic), Number(count));
        console.Write(table);
        if (figures.Published.Keys.Any(topic => SourceKinds.OfTopic(topic) == SourceKind.Dms))
            console.WriteLine("Debezium's were captured; those of AWS DMS are made of them, in the form that AWS documents.");
    }

    private static void WriteOut(IAnsiConsole console, DemoFigures figures)
    {
        var kinds = figures.Changes.Select(count => SourceKinds.OfSource(count.Source)).Distinct().Order().ToArray();
        var table = new Table().Border(TableBorder.Rounded).Title("What came out").AddColumn("outcome").AddColumn("kind");
        foreach (var kind in kinds)
            table.AddColumn(new TableColumn(SourceKinds.NameOf(kind)).RightAligned());
        foreach (var operation in figures.Changes.GroupBy(count => count.Operation).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            table.AddRow(["event", Markup.Escape(operation.Key), .. kinds.Select(kind =>
                Number(operation.Where(count => SourceKinds.OfSource(count.Source) == kind).Sum(count => count.Events)))]);
        }
        foreach (var reason in figures.Ledger.Skips.Keys)
        {
            table.AddRow(["skip", Markup.Escape(WireName.Of(reason)), .. kinds.Select(kind =>
                Number(figures.Ledger.Topics.Where(topic => SourceKinds.OfTopic(topic.Key) == kind).Sum(topic => topic.Value.SkippedFor(reason))))]);
        }
        foreach (var deadLetters in figures.DeadLetters)
        {
            table.AddRow(["dead letter", Markup.Escape($"{deadLetters.Reason} ({deadLetters.DeadLetters})"), .. kinds.Select(kind =>
                Number(figures.Ledger.Topics.Where(topic => SourceKinds.OfTopic(topic.Key) == kind).Sum(topic => topic.Value.DeadLetters)))]);
        }
        console.Write(table);
    }

    private static void WriteSums(IAnsiConsole console, DemoFigures figures)
    {
        var total = figures.Ledger.Total;
        console.WriteLine(
            $"{Number(total.Consumed)} records consumed = {Number(total.Emitted)} emitted + {Number(total.DeadLetters)} dead letters + "
            + $"{Number(total.Skipped)} skips");
        console.WriteLine($"{Number(total.Events)} events = {Number(figures.Rows)} rows in audit.event");
        if (figures.AccountRows > 0)
            console.WriteLine($"{Number(figures.AccountRows)} rows more: the pipeline's own account of what it consumed (operation ledger)");
        console.MarkupLine(figures.Agree ? "[green]the sums agree[/]" : "[red]the sums do not agree[/]");
        console.WriteLine();
    }

    private static string Number(long count) => count.ToString(CultureInfo.InvariantCulture);
}

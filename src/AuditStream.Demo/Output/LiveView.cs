using System.Globalization;
using System.Threading.Channels;
using AuditStream.App.Explain;
using AuditStream.Core.Sink;
using Spectre.Console;

namespace AuditStream.Demo.Output;

/// <summary>Shows events as they arrive in the table: a live table on a terminal, a line each otherwise.</summary>
public static class LiveView
{
    private const int MaxShownEvents = 20;
    private const int LinesBesideEvents = 8; // title, head, borders, and what the shell adds

    /// <summary>Shows them until told to stop.</summary>
    public static Task ShowAsync(IAnsiConsole console, ChannelReader<AuditRow> seen, CancellationToken cancellationToken) =>
        console.Profile.Capabilities is { Interactive: true, Ansi: true }
            ? ShowLiveAsync(console, seen, cancellationToken)
            : ShowLinesAsync(console, seen, cancellationToken);

    private static async Task ShowLinesAsync(IAnsiConsole console, ChannelReader<AuditRow> seen, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var row in seen.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                var changes = HistoryTable.Change(row.Operation, row.Changed, row.Body.Span).Replace("\n", "; ", StringComparison.Ordinal);
                // Not by the console, which would break the line at a width that nobody has.
                await console.Profile.Out.Writer.WriteLineAsync($"{When(row)} {row.Operation} {RowText(row)}  {Markup.Remove(changes)}")
                    .ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return; // told to stop
        }
    }

    private static Task ShowLiveAsync(IAnsiConsole console, ChannelReader<AuditRow> seen, CancellationToken cancellationToken)
    {
        var lines = new LiveLines(console.Profile.Width);
        var shown = Math.Clamp(console.Profile.Height - LinesBesideEvents, 1, MaxShownEvents);
        var table = new Table().Border(TableBorder.Rounded).Title("Arriving in audit.event (Ctrl-C ends)")
            .AddColumn("when (UTC)").AddColumn("what").AddColumn("row").AddColumn("change");
        return console.Live(table).StartAsync(async context =>
        {
            context.Refresh();
            try
            {
                await foreach (var row in seen.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (table.Rows.Count == shown)
                        table.RemoveRow(0);
                    table.AddRow(lines.Cells(When(row), row.Operation, RowText(row), EventText.Changes(row.Body.Span)));
                    context.Refresh();
                }
            }
            catch (OperationCanceledException)
            {
                return; // told to stop
            }
        });
    }

    private static string RowText(AuditRow row) =>
        row.Table is null ? row.TransactionId ?? "" : $"{row.Schema}.{row.Table} {EventText.Key(row.Key)}";

    private static string When(AuditRow row) =>
        DateTimeOffset.FromUnixTimeMilliseconds(row.OccurredAtMilliseconds).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
}

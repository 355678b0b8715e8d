using System.Globalization;
using System.Text;
using AuditStream.App.Explain;
using AuditStream.Postgres;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AuditStream.App.Asking;

/// <summary>Answers of the store for people: events with their diffs, a row as it was, a column's changes.</summary>
internal sealed class AskingPage(TextWriter output, PageStyle style)
{
    private const int IndentColumns = 3;
    private const int MaxValueCharacters = EventParagraph.MaxValueCharacters;
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.fff'Z'";

    private readonly PageWriter page = new(output, style);

    /// <summary>Writes one event.</summary>
    /// <param name="body">The event.</param>
    /// <param name="namesRow">Whether its table and key are said: not where all are of one row.</param>
    public void Write(string body, bool namesRow)
    {
        var view = new EventView(Encoding.UTF8.GetBytes(body));
        var head = new Paragraph()
            .Append(EventText.Clean(view.Text("occurred_at") ?? "?"))
            .Append("  ").Append(view.Operation, new Style(EventParagraph.ColourOf(view.Operation), decoration: Decoration.Bold));
        if (namesRow)
            head.Append($"  {EventText.Clean(view.Subject)}").Append(view.Text("key") is { } key ? $"  {EventText.Key(key)}" : "");
        if (view.Text("actor") is { } actor)
            head.Append($"  by {EventText.Clean(actor)}");
        if (view.Text("transaction", "id") is { } transaction)
            head.Append($"  transaction {EventText.Clean(transaction)}", new Style(decoration: Decoration.Dim));
        page.Write(head.Append("\n"), Indented(Content(view)));
        page.WriteLine();
    }

    /// <summary>Writes a row as it was.</summary>
    public void Write(RowState state, RowAddress row, DateTimeOffset instant)
    {
        var head = new Paragraph()
            .Append(string.Create(CultureInfo.InvariantCulture, $"{NameOf(row)}  {EventText.Key(row.Key)}  at {instant.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}  "))
            .Append(state.State, new Style(state.State switch { "present" => Color.Green, "absent" => Color.Maroon, _ => Color.Olive }, decoration: Decoration.Bold));
        List<IRenderable> parts = [head.Append("\n")];
        if (state.AsOf is { } asOf)
        {
            parts.Add(Indented(new Text(
                $"by its {state.Operation} of {asOf.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}", new Style(decoration: Decoration.Dim))));
        }
        if (state.Row is { } values)
            parts.Add(Indented(EventParagraph.Fields(EventText.Members(Encoding.UTF8.GetBytes(values), MaxValueCharacters))));
        if (state.Unknown is { Count: > 0 } unknown)
            parts.Add(Said($"not known: {Names(unknown)}"));
        if (state.Hidden is { Count: > 0 } hidden)
            parts.Add(Said($"hidden by the field policy: {Names(hidden)}"));
        if (state.Note is { } note)
            parts.Add(Said(note));
        page.Write([.. parts]);
    }

    /// <summary>Writes the changes of a column.</summary>
    public void Write(IReadOnlyList<ColumnChange> changes)
    {
        var grid = new Grid()
            .AddColumn(Column(2).NoWrap()).AddColumn(Column(2)).AddColumn(Column(2).NoWrap()) // when, which row, operation
            .AddColumn(Column(1)).AddColumn(Column(1).NoWrap()).AddColumn(Column(2)) // old, arrow, new
            .AddColumn(Column(0));
        foreach (var change in changes)
        {
            grid.AddRow(
                new Text(change.OccurredAt.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)), new Text(EventText.Key(change.Key)),
                new Text(change.Operation, new Style(EventParagraph.ColourOf(change.Operation))),
                change.Operation == "insert" ? new Text("") : EventParagraph.Side(Value(change.Old), Color.Maroon), new Text("\u2192"),
                change.Operation == "delete" ? new Text("") : EventParagraph.Side(Value(change.New), Color.Green),
                new Text(change.IsCertain ? EventText.Clean(change.Actor is { } actor ? $"by {actor}" : "") : "perhaps", new Style(decoration: Decoration.Dim)));
        }
        if (changes.Count > 0)
            page.Write(grid);
    }

    /// <summary>Writes how many there were.</summary>
    /// <param name="count">How many were shown.</param>
    /// <param name="noun">One of them: <c>event</c>.</param>
    /// <param name="isCut">Whether there are more.</param>
    public void WriteSum(int count, string noun, bool isCut) => page.Write(new Text(
        string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}{(isCut ? ", and there are more (--limit)" : "")}\n"),
        new Style(decoration: Decoration.Bold)));

    private static Rows Content(EventView view)
    {
        List<IRenderable> parts = [];
        if (EventParagraph.Diff(view) is { } diff)
            parts.Add(diff);
        else if (view.IsRow && view.FieldsOf("after", MaxValueCharacters) is { Count: > 0 } row)
            parts.Add(EventParagraph.Fields(row));
        else if (!view.IsRow && view.FieldsOf("detail", MaxValueCharacters) is { Count: > 0 } detail)
            parts.Add(EventParagraph.Fields(detail));
        if (view.IsRow && view.IsChangedUnknown)
            parts.Add(Unknown("not known: what changed"));
        else if (view.Text("changed_is") == "at_least")
            parts.Add(Unknown("not known: whether other columns changed too"));
        if (view.Names("images", "unavailable") is { Count: > 0 } withheld)
            parts.Add(Unknown($"withheld by the source: {Names(withheld)}"));
        if (view.Text("previous_key") is { } previous)
            parts.Add(new Text($"moved here from {EventText.Key(previous)}"));
        if (view.Text("next_key") is { } next)
            parts.Add(new Text($"moves on to {EventText.Key(next)}"));
        if (view.Hidden() is { Count: > 0 } hidden)
            parts.Add(new Text($"hidden by the field policy: {Names(hidden)}", new Style(decoration: Decoration.Dim)));
        return new Rows(parts);
    }

    private static string? Value(string? json) => json is null ? null : EventText.Members(Encoding.UTF8.GetBytes($$"""{"v":{{json}}}"""))[0].New;

    private static string NameOf(RowAddress row) => EventText.Clean(row.Schema is { } schema ? $"{schema}.{row.Table}" : row.Table ?? "");

    private static string Names(IReadOnlyList<string> names) => string.Join(", ", names.Select(EventText.Clean));

    private static Padder Indented(IRenderable content) => new(content, new Padding(IndentColumns, 0, 0, 0));

    private static Padder Said(string text) => Indented(new Text(EventText.Clean(text), new Style(Color.Olive)));

    private static Text Unknown(string text) => new(text, new Style(Color.Olive));

    private static GridColumn Column(int rightPadding) => new() { Padding = new Padding(0, 0, rightPadding, 0) };
}

using System.Globalization;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AuditStream.App.Explain;

/// <summary>One event for a person: what was recognised and why, the diff, and what is not known.</summary>
internal static class EventParagraph
{
    /// <summary>How many characters of a value are shown on a page.</summary>
    public const int MaxValueCharacters = 400;

    private const int MaxNameCharacters = 40;

    /// <summary>The rows of the paragraph: a label, and what is said under it.</summary>
    /// <param name="view">The event.</param>
    /// <param name="record">The record it was made of.</param>
    /// <param name="recognised">What that was recognised as.</param>
    public static IEnumerable<(string Label, IRenderable Content)> Rows(EventView view, RawRecord record, Recognition recognised)
    {
        yield return (view.Operation, new Text(What(view), new Style(ColourOf(view.Operation), decoration: Decoration.Bold)));
        yield return ("recognised", new Text(Recognised(view, recognised)));
        if (view.IsRow)
            yield return ("key", new Text(KeyText(view, record)));
        yield return ("when", new Text(When(view)));
        yield return ("identity", new Text(IdentityText.Of(view)));
        if (Diff(view) is { } diff)
            yield return ("changed", diff);
        else if (view.IsRow && view.FieldsOf("after", MaxValueCharacters) is { Count: > 0 } row)
            yield return ("row", Fields(row));
        else if (!view.IsRow && view.FieldsOf("detail", MaxValueCharacters) is { Count: > 0 } detail)
            yield return ("detail", Fields(detail));
        if (view.Text("images", "before_from") == "state")
            yield return ("old row", new Text("from the row images that are kept here, not from the record"));
        foreach (var (index, unknown) in UnknownText.Of(view, recognised.Form).Index())
            yield return (index == 0 ? "not known" : "", new Text(unknown, new Style(Color.Olive)));
        if (view.Hidden() is { Count: > 0 } hidden)
            yield return ("hidden", new Text($"by policy {view.Text("protection", "policy")}: {string.Join(", ", hidden.Select(EventText.Clean))}"));
    }

    private static string What(EventView view) =>
        view.IsRow && view.Text("key") is { } key ? $"{view.Subject}  {EventText.Key(key)}" : view.Subject;

    private static string Recognised(EventView view, Recognition recognised)
    {
        var parts = new List<string> { RecognitionText.Of(recognised) };
        if (view.Text("source", "engine") is { } engine)
            parts.Add(engine);
        parts.Add(view.Operation switch
        {
            "snapshot" when view.Text("source", "snapshot") == "load" => "an existing row, read by a full load: nothing changed",
            "snapshot" when view.Text("source", "snapshot") is { } kind => $"an existing row, read by a snapshot ({kind}): nothing changed",
            "snapshot" => "an existing row, read by a snapshot: nothing changed",
            "schema" when view.Text("source", "kind") == "dms" => "what DMS told its target to do, which is no proof of a change in the source",
            "schema" => "a change of a definition",
            "message" => "a message that an application wrote into the log",
            "transaction" => "the end of a transaction, with the source's own counts",
            _ => "a streamed change, no snapshot",
        });
        var source = view.Text("source", "name");
        parts.Add(view.Text("source", "database") is { } database ? $"source {source}, database {database}" : $"source {source}");
        return EventText.Clean(string.Join("; ", parts));
    }

    private static string KeyText(EventView view, RawRecord record)
    {
        if (view.Text("key") is null)
            return view.Operation == "truncate" ? "none: the whole table" : "none";
        // A key that is no structure (text of DMS, nothing at all) names no columns.
        var isOwn = record.Key is { Length: > 0 } bytes && bytes.Span[0] is (byte)'{' or < 0x20;
        var text = $"{string.Join(", ", view.MembersOf("key").Select(EventText.Clean))}: {(isOwn ? "from the record's key" : "columns named by configuration, values from the row")}";
        if (view.Text("previous_key") is { } previous)
            text += $"; moved here from {EventText.Key(previous)}";
        return view.Text("next_key") is { } next ? $"{text}; moves on to {EventText.Key(next)}" : text;
    }

    private static string When(EventView view)
    {
        var clock = view.Text("occurred_from") switch
        {
            "commit" => "the source's commit time",
            "capture" => "the connector's clock",
            "record" => "the Kafka record's timestamp",
            var other => other,
        };
        var text = $"{view.Text("occurred_at")}, {clock}";
        if (view.Text("transaction", "id") is { } transaction)
            text += $"; transaction {transaction}";
        return view.Text("transaction", "order") is { } order ? $"{text}, change {order} in it" : text;
    }

    /// <summary>The changed fields with old and new values; null where the event does not tell them.</summary>
    public static Grid? Diff(EventView view)
    {
        var changes = EventText.Changes(view.Body, MaxValueCharacters);
        if (changes.Count == 0)
        {
            if (view.Operation != "update" || view.IsChangedUnknown)
                return null;
            var nothing = new Grid().AddColumn(Column());
            return nothing.AddRow(new Text("nothing: old and new row are the same"));
        }
        var (withOld, withNew) = (view.Operation != "insert", view.Operation != "delete");
        var grid = new Grid().AddColumn(Column(rightPadding: 2).NoWrap());
        if (withOld)
            grid.AddColumn(Column(rightPadding: withNew ? 1 : 0));
        if (withOld && withNew)
            grid.AddColumn(Column(rightPadding: 1).NoWrap());
        if (withNew)
            grid.AddColumn(Column());
        foreach (var change in changes)
        {
            List<IRenderable> cells = [new Text(Cut(change.Name))];
            if (withOld)
                cells.Add(Side(change.Old, Color.Maroon));
            if (withOld && withNew)
                cells.Add(new Text("\u2192"));
            if (withNew)
                cells.Add(Side(change.New, Color.Green));
            grid.AddRow([.. cells]);
        }
        return grid;
    }

    /// <summary>Fields with their values.</summary>
    public static Grid Fields(IReadOnlyList<FieldText> fields)
    {
        var grid = new Grid().AddColumn(Column(rightPadding: 2).NoWrap()).AddColumn(Column());
        foreach (var field in fields)
            grid.AddRow(new Text(Cut(field.Name)), new Text(field.New ?? ""));
        return grid;
    }

    /// <summary>One side of a change; a question mark for what the event does not tell.</summary>
    public static Text Side(string? value, Color colour) =>
        value is null ? new Text("?", new Style(Color.Olive)) : new Text(value, new Style(colour));

    private static GridColumn Column(int rightPadding = 0) => new() { Padding = new Padding(0, 0, rightPadding, 0) };

    /// <summary>An operation's colour.</summary>
    public static Color ColourOf(string operation) => operation switch
    {
        "insert" => Color.Green,
        "delete" or "truncate" => Color.Maroon,
        "update" or "upsert" => Color.Olive,
        _ => Color.Default,
    };

    private static string Cut(string text) => text.Length <= MaxNameCharacters ? text : text[..(MaxNameCharacters - 1)] + "\u2026";
}

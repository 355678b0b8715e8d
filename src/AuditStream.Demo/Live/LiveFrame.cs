using System.Globalization;
using AuditStream.App.Explain;
using AuditStream.Core.Flow;
using AuditStream.Demo.Messages;
using Spectre.Console.Rendering;
using Spectre.Console;

namespace AuditStream.Demo.Live;

/// <summary>One picture of the live view: figures above, the latest changes below, the line to look inside at the end.</summary>
/// <remarks>Made for exactly one size: no line is wider, and there are never more lines. From <see cref="WideColumns"/> on, Debezium and DMS stand side by
/// side; below, one after the other as they come.</remarks>
public sealed class LiveFrame(LiveFigures figures, IReadOnlyList<LiveEntry> latest, string lookInside, int columns, int rows) : Renderable
{
    /// <summary>From this width on, each kind of source has a column of its own.</summary>
    public const int WideColumns = 140;

    private const int LeastRows = 4;
    private const int RowsForBlankLine = 30;
    private const int NameColumns = 10;
    private const int ConsumedColumns = 10;
    private const int CountColumns = 8;
    private const int DeadLetterColumns = 13;
    private const int TimeColumns = 12;
    private const int OperationColumns = 11;
    private const int KindColumns = 8;
    private const string Gap = "  ";

    private static readonly Style bold = new(decoration: Decoration.Bold);
    private static readonly Style dim = new(decoration: Decoration.Dim);
    private static readonly Style green = new(Color.Green);
    private static readonly Style red = new(Color.Maroon);
    private static readonly Style yellow = new(Color.Olive);

    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var lines = Lines();
        for (var i = 0; i < lines.Count; i++)
        {
            foreach (var piece in lines[i].Fit(columns))
                yield return piece;
            if (i < lines.Count - 1)
                yield return Segment.LineBreak;
        }
    }

    private List<FrameLine> Lines()
    {
        List<FrameLine> head = [Title(), Rate(), Lag()];
        if (rows >= RowsForBlankLine)
            head.Add(new FrameLine());
        head.Add(LedgerHead());
        head.AddRange(Enum.GetValues<SourceKind>().Where(figures.Ledger.ContainsKey).Select(kind => Ledger(SourceKinds.NameOf(kind), figures.Ledger[kind])));
        if (figures.Ledger.Count > 1)
            head.Add(Ledger("together", figures.Total, isTotal: true));
        head.Add(Stored());
        List<FrameLine> foot = [Rule("look inside"), .. lookInside.Chunk(columns).Select(part => new FrameLine().Add(new string(part), bold))];
        var room = Math.Max(Math.Max(rows, LeastRows) - foot.Count, 1);
        return [.. head.Take(room), .. Changes(room - head.Count), .. foot];
    }

    private FrameLine Title()
    {
        const string Hint = "Ctrl-C ends";
        var line = new FrameLine().Add("AuditStream", bold).Add(" demo, live for ").Add(figures.Elapsed.ToString("h\\:mm\\:ss", CultureInfo.InvariantCulture));
        if (figures.Ledger.ContainsKey(SourceKind.Dms))
            line.Add("; DMS is made of Debezium's", dim);
        var room = columns - Hint.Length - Gap.Length;
        return room < NameColumns ? line : new FrameLine().Add(line.Fit(room)).FillTo(columns - Hint.Length).Add(Hint, dim);
    }

    private FrameLine Rate() => new FrameLine().Add("rate", -NameColumns, dim)
        .Add(Fraction(figures.RecordsPerSecond), bold).Add(" records/s in, ").Add(Fraction(figures.EventsPerSecond), bold).Add(" events/s stored");

    private FrameLine Lag()
    {
        var line = new FrameLine().Add("lag", -NameColumns, dim)
            .Add(Number(figures.RecordsBehind), bold).Add(" records, ").Add(Number(figures.RowsBehind), bold).Add(" rows; ");
        return figures.Delay is not { } delay ? line.Add("no change has come yet", dim)
            : line.Add("commit to row ").Add(Milliseconds(delay.Median), bold).Add(", 95 of 100 in ").Add(Milliseconds(delay.NinetyFifth), bold);
    }

    private static FrameLine LedgerHead() =>
        LedgerLine("ledger", "consumed", "emitted", "dead letters", "skips", "events", nameStyle: dim, style: dim, deadLetterStyle: dim);

    private static FrameLine Ledger(string name, LedgerEntry entry, bool isTotal = false)
    {
        var line = LedgerLine(
            name, Number(entry.Consumed), Number(entry.Emitted), Number(entry.DeadLetters), Number(entry.Skipped), Number(entry.Events),
            isTotal ? bold : null, isTotal ? bold : null, entry.DeadLetters > 0 ? red : null);
        return entry.IsBalanced ? line.Add("  agrees", green) : line.Add("  disagrees", red);
    }

    private static FrameLine LedgerLine(
        string name, string consumed, string emitted, string deadLetters, string skips, string events,
        Style? nameStyle, Style? style, Style? deadLetterStyle) =>
        new FrameLine().Add(name, -NameColumns, nameStyle).Add(consumed, ConsumedColumns, style).Add(" = ", dim).Add(emitted, CountColumns, style)
            .Add(" + ", dim).Add(deadLetters, DeadLetterColumns, deadLetterStyle).Add(" + ", dim).Add(skips, CountColumns, style)
            .Add(events, ConsumedColumns, style);

    private FrameLine Stored()
    {
        var stored = figures.Stored;
        return new FrameLine().Add("store", -NameColumns, dim).Add("rows ").Add(Number(stored.Inserted), bold)
            .Add(", duplicates ").Add(Number(stored.Duplicates))
            .Add(", divergences ").Add(Number(stored.Divergences), stored.Divergences > 0 ? red : null)
            .Add(", dead letters ").Add(Number(stored.DeadLetters), stored.DeadLetters > 0 ? red : null);
    }

    private IEnumerable<FrameLine> Changes(int room)
    {
        if (room <= 0)
            return [];
        if (columns < WideColumns)
            return [Rule("latest changes"), .. Filled(Entries(latest, columns, room - 1, withKind: true), room - 1)];
        var half = (columns - Gap.Length) / 2;
        var left = Side(SourceKind.Debezium, half, room - 1);
        var right = Side(SourceKind.Dms, columns - Gap.Length - half, room - 1);
        return
        [
            new FrameLine().Add(Rule($"latest of {SourceKinds.NameOf(SourceKind.Debezium)}", half).Fit(half)).Add(Gap)
                .Add(Rule($"latest of {SourceKinds.NameOf(SourceKind.Dms)}", columns - Gap.Length - half).Fit(columns - Gap.Length - half)),
            .. left.Zip(right, (one, other) => new FrameLine().Add(one.Fit(half)).FillTo(half + Gap.Length).Add(other.Fit(columns - Gap.Length - half))),
        ];
    }

    private IEnumerable<FrameLine> Side(SourceKind kind, int width, int room) =>
        Filled(Entries([.. latest.Where(entry => entry.Kind == kind)], width, room, withKind: false), room);

    private static IEnumerable<FrameLine> Filled(IEnumerable<FrameLine> lines, int room) =>
        lines.Concat(Enumerable.Repeat(new FrameLine(), room)).Take(Math.Max(room, 0));

    // Two lines each: what happened to which row, and its diff.
    private static IEnumerable<FrameLine> Entries(IReadOnlyList<LiveEntry> entries, int width, int room, bool withKind)
    {
        foreach (var entry in entries.Take((Math.Max(room, 0) + 1) / 2))
        {
            var head = new FrameLine().Add(entry.When.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture), dim).Add(" ");
            if (withKind)
                head.Add(SourceKinds.NameOf(entry.Kind), -KindColumns, new Style(entry.Kind == SourceKind.Dms ? Color.Purple : Color.Teal)).Add(" ");
            yield return head.Add(entry.Operation, -OperationColumns, StyleOf(entry.Operation)).Add(" ").Add(entry.Subject, bold);
            yield return new FrameLine().Add(Diff(entry).Fit(width));
        }
    }

    private static FrameLine Diff(LiveEntry entry)
    {
        var line = new FrameLine().Add("", TimeColumns + 1);
        foreach (var (index, field) in entry.Changes.Index())
        {
            line.Add($"{(index == 0 ? "" : Gap)}{field.Name}: ");
            if (entry.Operation != "insert")
                Side(line, field.Old, red);
            if (entry.Operation is not ("insert" or "delete"))
                line.Add(" \u2192 ");
            if (entry.Operation != "delete")
                Side(line, field.New, green);
        }
        return line.Add(entry.Note, entry.Operation == LiveEntry.DeadLetter ? red : dim);
    }

    private static void Side(FrameLine line, string? value, Style style) => line.Add(value ?? "?", value is null ? yellow : style);

    private FrameLine Rule(string title) => Rule(title, columns);

    private static FrameLine Rule(string title, int width) =>
        new FrameLine().Add("\u2500\u2500 ", dim).Add(title, dim).Add(" ", dim).Add(new string('\u2500', Math.Max(width - title.Length - 4, 0)), dim);

    private static Style StyleOf(string operation) => operation switch
    {
        "insert" => green,
        "delete" or "truncate" or LiveEntry.DeadLetter => red,
        "update" or "upsert" => yellow,
        _ => Style.Plain,
    };

    private static string Number(long count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Fraction(double number) => number.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms");
}

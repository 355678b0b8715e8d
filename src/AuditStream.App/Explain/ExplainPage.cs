using System.Globalization;
using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AuditStream.App.Explain;

/// <summary>Writes the page for people: a paragraph for each record, then the sums.</summary>
/// <remarks>What is said comes from the outcome and the event: nothing is decoded a second time. The page shows values, for the person who has the
/// file; it is no log.</remarks>
public sealed class ExplainPage
{
    private const int LabelColumns = 12;
    private const int IndentColumns = 3;
    private const int MaxBeginningCharacters = 200;
    private const int MaxPlaceCharacters = 200;

    private readonly PageWriter page;
    private readonly ExplainCounts counts = new();

    /// <summary>Makes a page.</summary>
    public ExplainPage(TextWriter output, PageStyle style) => page = new PageWriter(output, style);

    /// <summary>Writes what became of one record.</summary>
    /// <param name="input">The record.</param>
    /// <param name="outcome">Its outcome.</param>
    /// <param name="recognised">What it was recognised as.</param>
    /// <param name="events">Its events, in their order.</param>
    public void Write(InputRecord input, in Outcome outcome, in Recognition recognised, IReadOnlyList<byte[]> events)
    {
        counts.Add(outcome);
        var grid = new Grid()
            .AddColumn(new GridColumn { Width = LabelColumns, NoWrap = true, Padding = new Padding(IndentColumns, 0, 0, 0) })
            .AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
        foreach (var (label, content) in Rows(input, outcome, recognised, events))
            grid.AddRow(new Text(label, new Style(decoration: Decoration.Dim)), content);
        page.Write(Head(input, outcome), grid);
        page.WriteLine();
    }

    /// <summary>Writes the sums.</summary>
    public void WriteSums() => page.Write(new Text(counts.ToString() + "\n", new Style(decoration: Decoration.Bold)));

    private static Paragraph Head(InputRecord input, in Outcome outcome)
    {
        var colour = outcome.Kind switch
        {
            OutcomeKind.Emitted => Color.Green,
            OutcomeKind.Rejected => Color.Maroon,
            _ => Color.Default,
        };
        var (record, text) = (input.Record, input.Text);
        var reason = OutcomeText.Reason(outcome);
        var kind = $"{OutcomeText.Kind(outcome)}{(reason is null ? "" : $" {reason}")}";
        var topic = EventText.Clean(record.Topic.Length <= MaxPlaceCharacters ? record.Topic : record.Topic[..MaxPlaceCharacters]);
        var place = input.Form is InputForm.Captured or InputForm.Written
            ? string.Create(CultureInfo.InvariantCulture, $"{topic}, partition {record.Partition}, offset {record.Offset}")
            : $"a value of topic {topic}";
        var lines = text.Lines > 1 ? string.Create(CultureInfo.InvariantCulture, $", lines {text.Line} to {text.Line + text.Lines - 1}")
            : text.Line != input.Number ? string.Create(CultureInfo.InvariantCulture, $", line {text.Line}")
            : "";
        return new Paragraph()
            .Append(string.Create(CultureInfo.InvariantCulture, $"{input.Number}  "), new Style(decoration: Decoration.Bold))
            .Append(kind, new Style(colour, decoration: Decoration.Bold))
            .Append($"  {place}{lines}\n");
    }

    private static IEnumerable<(string Label, IRenderable Content)> Rows(
        InputRecord input, Outcome outcome, Recognition recognised, IReadOnlyList<byte[]> events)
    {
        if (input.Form == InputForm.BrokenCaptured)
        {
            yield return ("note", new Text("It has value_b64 but is no captured record: taken as a value. One has topic; partition, offset and timestamp as "
                + "whole numbers; key_b64 and value_b64 in base64, or null; headers as pairs of a name and base64."));
        }
        if (OutcomeText.Sentence(outcome.Skip) is { } sentence)
            yield return ("what it is", new Text(sentence));
        if (outcome.Rejection is { } rejection)
        {
            foreach (var row in Rejection(input.Record, rejection, recognised))
                yield return row;
        }
        for (var i = 0; i < events.Count; i++)
        {
            if (i > 0)
                yield return ("", Text.Empty);
            foreach (var row in EventParagraph.Rows(new EventView(events[i]), input.Record, recognised))
                yield return row;
        }
    }

    private static IEnumerable<(string Label, IRenderable Content)> Rejection(
        RawRecord record, Rejection rejection, Recognition recognised)
    {
        if (RecognitionText.Of(recognised) is { Length: > 0 } what)
            yield return ("recognised", new Text(what));
        yield return ("why", new Text(EventText.Clean(rejection.Message), new Style(Color.Maroon)));
        var value = record.Value.GetValueOrDefault();
        var key = record.Key.GetValueOrDefault();
        if (rejection.Code == RejectionCode.MalformedKey && !key.IsEmpty)
            yield return ("the key", Window(FaultWindow.Lines(key.Span, at: 0)));
        if (rejection.Code is RejectionCode.UnknownShape or RejectionCode.WrongDialect)
        {
            yield return ("it begins", new Text(Beginning(value.Span)));
            if (value.Span.TrimStart(" \n\r\t"u8).StartsWith("["u8))
                yield return ("note", new Text("A JSON array is one value. If it is a list of records: jq -c '.[]' FILE | auditstream explain -"));
        }
        else if (rejection.ByteOffset >= 0)
        {
            yield return ("where", new Text(string.Create(CultureInfo.InvariantCulture,
                $"at byte {rejection.ByteOffset} of the value's {value.Length}")));
            yield return ("", Window(FaultWindow.Lines(value.Span, rejection.ByteOffset)));
        }
        yield return ("in a run", new Text("a dead letter: topic, partition, offset, key, value and headers are kept as they are"));
    }

    private static string Beginning(ReadOnlySpan<byte> value)
    {
        var text = Encoding.UTF8.GetString(value[..Math.Min(value.Length, MaxBeginningCharacters)]);
        return EventText.Clean(text) + (value.Length > MaxBeginningCharacters ? "\u2026" : "");
    }

    private static Rows Window(IReadOnlyList<string> lines) => new(lines.Select(line => new Text(line) { Overflow = Overflow.Crop }));
}

using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Dms.Csv;

/// <summary>The columns of a line as members of a JSON text that is made of it. Reused.</summary>
/// <remarks>
/// <code>
/// field                         becomes
/// CsvNullValue, quoted or not   NULL; when that is the empty text, ambiguous: it may be one
/// CsvNoSupValue                 a value that the source withheld
/// any other                     a text
/// </code>
/// </remarks>
internal sealed class LineRow
{
    private readonly ByteWriter plain = new(256);
    private readonly List<(int Place, bool IsOld, bool IsWithheld)> marks = [];
    private TapeMember[] row = new TapeMember[32];
    private TapeMember[] old = new TapeMember[32];
    private int rowCount;
    private int oldCount;

    /// <summary>The row's columns.</summary>
    public ReadOnlySpan<TapeMember> Row => row.AsSpan(0, rowCount);

    /// <summary>The old values, under the names of their columns.</summary>
    public ReadOnlySpan<TapeMember> Old => old.AsSpan(0, oldCount);

    /// <summary>Writes the columns.</summary>
    /// <param name="record">The record.</param>
    /// <param name="line">The line.</param>
    /// <param name="first">Which of its fields is the first column.</param>
    /// <param name="plan">The columns.</param>
    /// <param name="operation">What the line says was done.</param>
    /// <param name="form">The form of the lines.</param>
    /// <param name="text">Takes the text.</param>
    public void Write(
        ReadOnlySpan<byte> record, CsvLine line, int first, ColumnPlan plan, ChangeOperation operation, CsvForm form, ByteWriter text)
    {
        Start(plan.Names.Length);
        var namesAt = text.Length;
        text.Write(plan.NameText);
        for (var place = 0; place < plan.Names.Length; place++)
        {
            if (place == plan.TimestampAt)
                continue;
            var content = Content(record, line[first + place]);
            var column = plan.ColumnOf[place];
            if (column < 0)
            {
                // Of a deleted row the old values are all there is. An empty field among them is none.
                if (operation == ChangeOperation.Delete && plan.OldAt[place] >= 0 && form.IsNull(content) && line[first + plan.OldAt[place]].Length > 0)
                    content = Content(record, line[first + plan.OldAt[place]]);
                row[rowCount++] = Member(plan, place, namesAt, content, isOld: false, form, text);
            }
            else if (operation == ChangeOperation.Update)
            {
                old[oldCount++] = Member(plan, column, namesAt, content, isOld: true, form, text);
            }
            else if (operation != ChangeOperation.Delete && !content.IsEmpty && !form.IsNull(content) && !form.IsWithheld(content))
            {
                // A new row has no old values: one that is something is a column of the table.
                row[rowCount++] = Member(plan, place, namesAt, content, isOld: false, form, text);
            }
        }
    }

    /// <summary>Says of the values in a change's images what their text does not.</summary>
    public void Mark(ColumnPlan plan, RowChange change)
    {
        foreach (var (place, isOld, isWithheld) in marks)
        {
            var image = isOld || change.Facts.Operation == ChangeOperation.Delete ? change.Before : change.After;
            var column = Array.BinarySearch(image.Layout.Names, plan.Names[place], StringComparer.Ordinal);
            if (column < 0 || !image.IsPresent)
                continue;
            ref var value = ref image.Values[column];
            if (isWithheld)
            {
                value = Value.Unavailable;
                image.Extent = image.Extent == ImageExtent.Full ? ImageExtent.Partial : image.Extent;
            }
            else if (value.Kind == ValueKind.Null)
            {
                value = value with { Traits = ValueTraits.Ambiguous };
            }
        }
    }

    private void Start(int columns)
    {
        marks.Clear();
        rowCount = 0;
        oldCount = 0;
        if (row.Length < columns)
        {
            row = new TapeMember[2 * columns];
            old = new TapeMember[2 * columns];
        }
    }

    private ReadOnlySpan<byte> Content(ReadOnlySpan<byte> record, in CsvField field)
    {
        var content = field.Of(record);
        if (!field.HasQuotes)
            return content;
        plain.Clear();
        while (true)
        {
            var quote = content.IndexOf((byte)'"');
            if (quote < 0)
                break;
            plain.Write(content[..(quote + 1)]);
            content = content[(quote + 2)..];
        }

        plain.Write(content);
        return plain.Written;
    }

    private TapeMember Member(
        ColumnPlan plan, int place, int namesAt, ReadOnlySpan<byte> content, bool isOld, CsvForm form, ByteWriter text)
    {
        var member = plan.Member(place, namesAt);
        member.Start = text.Length;
        var isWithheld = form.IsWithheld(content);
        if (isWithheld || form.IsNull(content))
        {
            text.Write("null"u8);
            member.Token = JsonToken.Null;
            if (isWithheld || form.IsNullUnsure)
                marks.Add((place, isOld, isWithheld));
        }
        else
        {
            text.Write((byte)'"');
            JsonText.Escape(content, text);
            text.Write((byte)'"');
            member.Token = JsonToken.String;
            // What is escaped is longer.
            member.Flags = text.Length - member.Start - 2 == content.Length ? JsonTextFlags.None : JsonTextFlags.Escape;
        }

        member.Length = text.Length - member.Start;
        return member;
    }
}

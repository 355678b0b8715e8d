using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Dms.Csv;

/// <summary>One line taken apart into its fields. Reused.</summary>
/// <remarks>
/// <code>
/// field        is                      written when
/// abc          abc
/// "a,""b"""    a,"b"                   it holds a delimiter, a quote or the end of a line
/// ""           empty
/// a"b          refused                 never: it is the second half of a line that was cut in two
/// "a" b        refused                 never
/// "a           refused as cut off      never: it is the first half
/// </code>
/// </remarks>
internal sealed class CsvLine
{
    /// <summary>How many fields a line may have.</summary>
    public const int MaxFields = JsonTape.MaxMembers;

    private CsvField[] fields = new CsvField[32];

    /// <summary>How many fields it has.</summary>
    public int Count { get; private set; }

    /// <summary>Where it begins in the record, in bytes.</summary>
    public int Start { get; private set; }

    /// <summary>Where it ends, without what ends a line.</summary>
    public int End { get; private set; }

    /// <summary>A field.</summary>
    public ref readonly CsvField this[int index] => ref fields.AsSpan(0, Count)[index];

    /// <summary>Reads the line at a position, and goes behind it; a rejection when it breaks a rule.</summary>
    public Rejection? Read(ReadOnlySpan<byte> record, CsvForm form, ref int position)
    {
        Count = 0;
        Start = position;
        while (true)
        {
            if (Count == MaxFields)
                return new Rejection(RejectionCode.TooLarge, $"A line has more than {MaxFields} fields.", position);
            var fault = form.Settings.Rfc4180 && position < record.Length && record[position] == '"'
                ? ReadQuoted(record, form, ref position)
                : ReadBare(record, form, ref position);
            if (fault is not null)
                return fault;
            if (EndsLine(record, form, ref position))
                return null;
            position += form.Delimiter.Length;
        }
    }

    private bool EndsLine(ReadOnlySpan<byte> record, CsvForm form, ref int position)
    {
        End = position;
        if (position == record.Length)
            return true;
        if (!IsRowDelimiter(record[position..], form))
            return false;
        position += form.RowDelimiter.Length;
        return true;
    }

    private Rejection? ReadQuoted(ReadOnlySpan<byte> record, CsvForm form, ref int position)
    {
        var start = position + 1;
        var at = start;
        var hasQuotes = false;
        while (true)
        {
            var next = record[at..].IndexOf((byte)'"');
            if (next < 0)
                return new Rejection(RejectionCode.TruncatedCsv, "The lines end in the middle of a quoted field.", position);
            at += next + 1;
            if (at == record.Length || record[at] != '"')
                break;
            hasQuotes = true;
            at++;
        }

        position = at;
        if (position < record.Length && !IsRowDelimiter(record[position..], form) && !record[position..].StartsWith(form.Delimiter))
            return new Rejection(RejectionCode.MalformedCsv, "Something stands between the end of a quoted field and the delimiter.", position);
        Add(new CsvField(start, at - 1 - start, hasQuotes));
        return null;
    }

    private Rejection? ReadBare(ReadOnlySpan<byte> record, CsvForm form, ref int position)
    {
        var start = position;
        while (true)
        {
            var next = record[position..].IndexOfAny(form.FieldEnds);
            position = next < 0 ? record.Length : position + next;
            var rest = record[position..];
            if (rest.IsEmpty || IsRowDelimiter(rest, form) || rest.StartsWith(form.Delimiter))
                break;
            if (form.Settings.Rfc4180 && rest[0] == '"')
                return new Rejection(RejectionCode.MalformedCsv, "A quote stands within a field that is not quoted.", position);
            position++;
        }

        Add(new CsvField(start, position - start, HasQuotes: false));
        return null;
    }

    // Of two delimiters of which one begins with the other, the longer one is meant.
    private static bool IsRowDelimiter(ReadOnlySpan<byte> rest, CsvForm form) =>
        rest.StartsWith(form.RowDelimiter) && !(form.Delimiter.Length > form.RowDelimiter.Length && rest.StartsWith(form.Delimiter));

    private void Add(in CsvField field)
    {
        if (Count == fields.Length)
            Array.Resize(ref fields, 2 * Count);
        fields[Count++] = field;
    }
}

using System.Text;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode.Dms.Csv;

/// <summary>The columns of a table's lines: by configuration, and by the last line that named them.</summary>
/// <remarks>
/// <code>
/// first line of a value, with AddColumnName                      it is
/// Op,…                                                           a line of names, unless columns are configured and it names none of them
/// the configured names                                           the same
/// one configured name at its place, and others                   refused: names of other columns
/// no columns configured, and lines follow                        a line of names, unless it begins with I, U or D
/// no columns configured, and none follows                        refused: nothing tells names from values
/// anything else                                                  a row
/// </code>
/// <para>A line of names holds for its own value alone: what another record says of this one would depend on where reading began.</para>
/// </remarks>
internal sealed class TablePlans
{
    private byte[] lastHeader = [];
    private ColumnPlan? ofHeader;

    /// <summary>Works out what configuration says.</summary>
    public TablePlans(TableReference table, CsvForm form)
    {
        if (table.ConfiguredColumns is not { Count: > 0 } columns)
            return;
        var timestamp = form.Settings.TimestampColumnName;
        // It stands first, unless the columns say where.
        Configured = ColumnPlan.Of(timestamp is null || columns.Contains(timestamp, StringComparer.Ordinal) ? columns : [timestamp, .. columns], form);
    }

    /// <summary>The columns by configuration; null when it names none.</summary>
    public ColumnPlan? Configured { get; }

    /// <summary>Looks whether a value's first line names the columns; a rejection when that cannot be told.</summary>
    /// <param name="record">The record.</param>
    /// <param name="line">The line.</param>
    /// <param name="form">The form of the lines.</param>
    /// <param name="plan">Gets the columns; null when the line is a row.</param>
    public Rejection? ReadHeader(ReadOnlySpan<byte> record, CsvLine line, CsvForm form, out ColumnPlan? plan)
    {
        var text = record[line.Start..line.End];
        plan = ofHeader;
        if (plan is not null && text.SequenceEqual(lastHeader))
            return null;
        plan = null;
        var hasOp = Is(record, line[0], "Op");
        // A row of a load may begin so too.
        if (hasOp && Configured is not null && !NamesAny(record, line, Configured))
            return null;
        if (!hasOp && Configured is not null)
        {
            var same = SameNames(record, line, Configured);
            if (same == 0)
                return null;
            if (same < Configured.Names.Length || line.Count != same)
                return Unknown("The first line names other columns than configuration.", line);
        }

        if (!hasOp && Configured is null && (CsvDialect.IsOperation(line[0].Of(record)) || line.End + form.RowDelimiter.Length >= record.Length))
            return Unknown("No columns are configured for the table, and the value does not begin with a line that names them.", line);
        plan = ColumnPlan.Of(Names(record, line, hasOp ? 1 : 0), form);
        if (plan is null)
            return new Rejection(RejectionCode.InvalidMember, "A line names a column twice, or by a name that is too long.", line.Start);
        lastHeader = text.ToArray();
        ofHeader = plan;
        return null;
    }

    private static Rejection Unknown(string message, CsvLine line) => new(RejectionCode.UnknownColumns, message, line.Start);

    private static int SameNames(ReadOnlySpan<byte> record, CsvLine line, ColumnPlan plan)
    {
        var same = 0;
        for (var place = 0; place < Math.Min(line.Count, plan.Names.Length); place++)
            same += Is(record, line[place], plan.Names[place]) ? 1 : 0;
        return same;
    }

    private static bool NamesAny(ReadOnlySpan<byte> record, CsvLine line, ColumnPlan plan)
    {
        for (var place = 1; place < line.Count; place++)
        {
            if (plan.Names.Contains(Name(record, line[place]), StringComparer.Ordinal))
                return true;
        }

        return false;
    }

    private static bool Is(ReadOnlySpan<byte> record, in CsvField field, string name) =>
        field.Length <= 3 * name.Length && string.Equals(Name(record, field), name, StringComparison.Ordinal);

    private static string Name(ReadOnlySpan<byte> record, in CsvField field)
    {
        var name = Encoding.UTF8.GetString(field.Of(record));
        return field.HasQuotes ? name.Replace("\"\"", "\"", StringComparison.Ordinal) : name;
    }

    private static string[] Names(ReadOnlySpan<byte> record, CsvLine line, int first)
    {
        var names = new string[line.Count - first];
        for (var place = 0; place < names.Length; place++)
            names[place] = Name(record, line[first + place]);
        return names;
    }
}

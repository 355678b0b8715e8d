using System.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Dms.Csv;

/// <summary>The columns of a line in their order, behind what names operation and table. Cached and shared.</summary>
/// <remarks>
/// <code>
/// names                                   row          old      time
/// id name                                 id name
/// committed id name BI_id BI_name         id name      id name  committed    TimestampColumnName committed
/// id BI_score                             id BI_score                        no column score: BI_score is one of the table's
/// </code>
/// </remarks>
internal sealed class ColumnPlan
{
    private readonly int[] nameStarts;
    private readonly int[] nameLengths;

    private ColumnPlan(string[] names, int timestampAt, int[] columnOf)
    {
        Names = names;
        TimestampAt = timestampAt;
        ColumnOf = columnOf;
        OldAt = new int[names.Length];
        Array.Fill(OldAt, -1);
        nameStarts = new int[names.Length];
        nameLengths = new int[names.Length];
        var text = new ByteWriter(16 * names.Length);
        for (var place = 0; place < names.Length; place++)
        {
            if (columnOf[place] >= 0)
                OldAt[columnOf[place]] = place;
            nameStarts[place] = text.Length;
            JsonText.Escape(Encoding.UTF8.GetBytes(names[place]), text);
            nameLengths[place] = text.Length - nameStarts[place];
        }

        NameText = text.Written.ToArray();
    }

    /// <summary>The names.</summary>
    public string[] Names { get; }

    /// <summary>All names as JSON writes them, without quotes and with nothing between them.</summary>
    public byte[] NameText { get; }

    /// <summary>Where the time stands; -1 without.</summary>
    public int TimestampAt { get; }

    /// <summary>By place: the place of the column whose old value stands here; -1 for a column.</summary>
    public int[] ColumnOf { get; }

    /// <summary>By place: where the column's old value stands; -1 without.</summary>
    public int[] OldAt { get; }

    /// <summary>Makes the plan of these names; null when one of them is there twice, or too long.</summary>
    public static ColumnPlan? Of(IReadOnlyList<string> names, CsvForm form)
    {
        var places = new Dictionary<string, int>(names.Count, StringComparer.Ordinal);
        var columnOf = new int[names.Count];
        for (var place = 0; place < names.Count; place++)
        {
            columnOf[place] = -1;
            if (names[place].Length > JsonTape.MaxNameBytes || !places.TryAdd(names[place], place))
                return null;
        }

        var timestampAt = form.Settings.TimestampColumnName is { } timestamp && places.Remove(timestamp, out var at) ? at : -1;
        foreach (var (name, place) in places)
        {
            if (MayBeOld(name, form) && places.TryGetValue(name[form.OldPrefix.Length..^form.OldSuffix.Length], out var column))
                columnOf[place] = column;
        }

        return new ColumnPlan([.. names], timestampAt, columnOf);
    }

    /// <summary>A member for a column, of which only the value is still missing.</summary>
    /// <param name="place">The column's place.</param>
    /// <param name="namesAt">Where <see cref="NameText"/> stands.</param>
    public TapeMember Member(int place, int namesAt) => new()
    {
        NameStart = namesAt + nameStarts[place],
        NameLength = nameLengths[place],
    };

    private static bool MayBeOld(string name, CsvForm form)
    {
        var added = form.OldPrefix.Length + form.OldSuffix.Length;
        return added > 0 && name.Length > added && name.StartsWith(form.OldPrefix, StringComparison.Ordinal)
            && name.EndsWith(form.OldSuffix, StringComparison.Ordinal);
    }
}

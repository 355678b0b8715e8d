using AuditStream.Core.Decode;

namespace AuditStream.Core.Check;

/// <summary>What the records of one table that were looked at have shown.</summary>
internal sealed class TableSurvey(TableReference table, string topic)
{
    private const int MaxColumns = 2_000;

    public TableReference Table { get; } = table;

    /// <summary>A topic that it comes on.</summary>
    public string Topic { get; } = topic;

    /// <summary><c>schema.table</c>; without schema <c>database.table</c>.</summary>
    public string Name { get; } = NameOf(table);

    public int Rows { get; private set; }

    public int UpdatesAndDeletes { get; private set; }

    public int WithoutBefore { get; private set; }

    public int WeakRows { get; private set; }

    public int RowsWithoutKey { get; private set; }

    public int RowsOutsideTransactions { get; private set; }

    public int StreamedRows { get; private set; }

    public int RowsThatMayHaveMore { get; private set; }

    public bool HasTypes { get; private set; }

    /// <summary>Whether a change said who made it.</summary>
    public bool HasActor { get; private set; }

    public SortedSet<string> Columns { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Ambiguous { get; } = new(StringComparer.Ordinal);

    public static string NameOf(TableReference table) =>
        (table.Schema ?? table.Database) is { } qualifier ? $"{qualifier}.{table.Table}" : table.Table ?? "";

    public void Add(RowChange change)
    {
        var facts = change.Facts;
        Rows++;
        WeakRows += facts.Identity == IdentityStrength.Weak ? 1 : 0;
        RowsWithoutKey += change.Key.IsPresent ? 0 : 1;
        HasActor |= !facts.Actor.IsEmpty;
        RowsThatMayHaveMore += change.MayHaveOtherColumns ? 1 : 0;
        if (facts.Operation != ChangeOperation.Snapshot)
        {
            StreamedRows++;
            RowsOutsideTransactions += facts.TransactionOrder == 0 ? 1 : 0;
        }
        if (facts.Operation is ChangeOperation.Update or ChangeOperation.Delete)
        {
            UpdatesAndDeletes++;
            WithoutBefore += change.Before.Extent == ImageExtent.Full ? 0 : 1;
        }
        AddColumns(change.After);
        AddColumns(change.Before);
    }

    private void AddColumns(RowImage image)
    {
        if (!image.IsPresent)
            return;
        for (var column = 0; column < image.Layout.Count && Columns.Count < MaxColumns; column++)
        {
            Columns.Add(image.Layout.Names[column]);
            HasTypes |= image.Layout.Types[column] != ColumnType.Untyped;
            if ((image.Values[column].Traits & ValueTraits.Ambiguous) != 0)
                Ambiguous.Add(image.Layout.Names[column]);
        }
    }
}

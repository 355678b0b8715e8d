using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Diff;

namespace AuditStream.Core.Tests;

/// <summary>Changes made by hand. A cell is canonical JSON; <see cref="Absent"/> and <see cref="Unavailable"/> stand for those kinds.</summary>
internal static class MadeChange
{
    public const string Absent = "absent";
    public const string Unavailable = "unavailable";

    /// <summary>2025-06-15T10:00:00.123456Z.</summary>
    public const long Time = 1_749_981_600_123_456;

    public static TableReference Orders { get; } = Table("orders");

    public static ColumnLayout OrderColumns { get; } = Layout(
        ("customer", ColumnType.String), ("id", ColumnType.Int32), ("note", ColumnType.String), ("total", ColumnType.Decimal));

    public static ColumnLayout OrderKey { get; } = Layout(("id", ColumnType.Int32));

    public static TableReference Table(string? table, string? schema = "public", string? database = "shopdb") => new()
    {
        Kind = "debezium", Engine = "postgresql", Source = "shop", Incarnation = 1, Database = database, Schema = schema, Table = table,
    };

    public static ColumnLayout Layout(params (string Name, ColumnType Type)[] columns) => new(
        [.. columns.Select(column => column.Name)],
        [.. columns.Select(column => Encoding.UTF8.GetBytes($"\"{column.Name}\""))],
        [.. columns.Select(column => column.Type)]);

    /// <summary>A change of table orders; a null image is not there.</summary>
    public static RowChange Of(ChangeOperation operation, string[]? before, string[]? after, string[]? key)
        => Of(Orders, OrderColumns, OrderKey, operation, before, after, key);

    public static RowChange Of(
        TableReference table, ColumnLayout row, ColumnLayout keyLayout, ChangeOperation operation, string[]? before, string[]? after, string[]? key)
    {
        var change = new RowChange();
        var facts = change.Facts;
        facts.Table = table;
        facts.Operation = operation;
        facts.OccurredAtMicroseconds = Time;
        facts.OccurredAtDigits = 6;
        facts.OccurredFrom = OccurredFrom.Commit;
        facts.Position = "0/24023128"u8.ToArray();
        facts.TransactionId = "571"u8.ToArray();
        facts.Identity = IdentityStrength.Strong;
        facts.Topic = "shop.public.orders";
        facts.Partition = 2;
        facts.Offset = 41;
        facts.TimestampMilliseconds = 1_749_981_600_200;
        change.Coordinate = "debezium\0shop\01\024023128\0public.orders\042"u8.ToArray();
        Fill(change, change.Before, row, before);
        Fill(change, change.After, row, after);
        if (key is not null)
            Fill(change, change.Key, keyLayout, key);
        return change;
    }

    /// <summary>What is no row, with an empty detail.</summary>
    public static RowChange WithoutRow(ChangeOperation operation)
    {
        var change = Of(Table(table: null, schema: null), ColumnLayout.Empty, ColumnLayout.Empty, operation, before: null, after: null, key: null);
        change.Facts.Detail = "{}"u8.ToArray();
        return change;
    }

    public static void Fill(RowChange change, RowImage image, ColumnLayout layout, string[]? cells)
    {
        image.Reset(layout, cells is null ? ImageExtent.None : ImageExtent.Full);
        for (var i = 0; i < cells?.Length; i++)
            image.Values[i] = Cell(change, cells[i]);
    }

    /// <summary>The diff that proves these columns changed and the others unchanged.</summary>
    public static RowDiff Diff(RowChange change, params string[] changed)
    {
        var diff = new RowDiff();
        diff.Reset(change);
        diff.Knowledge = ChangedKnowledge.All;
        diff.BeforeFrom = change.Before.IsPresent ? BeforeSource.Record : BeforeSource.None;
        for (var i = 0; i < diff.Differences.Length; i++)
            diff.Differences[i] = changed.Contains(change.After.Layout.Names[i]) ? FieldDifference.Changed : FieldDifference.Unchanged;
        return diff;
    }

    private static Value Cell(RowChange change, string cell)
    {
        if (cell is Absent)
            return Value.Absent;
        if (cell is Unavailable)
            return Value.Unavailable;
        if (cell is "null")
            return Value.Null;
        var start = change.Scratch.Length;
        change.Scratch.Write(Encoding.UTF8.GetBytes(cell));
        return new Value(ValueKind.Known, ValueTraits.None, TextPlace.Scratch, start, change.Scratch.Length - start);
    }
}

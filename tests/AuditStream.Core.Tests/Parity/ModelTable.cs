namespace AuditStream.Core.Tests.Parity;

/// <summary>The made tables: both have these columns. A row is an array of texts, a value for each column.</summary>
internal static class ModelTable
{
    /// <summary>The schema; of engines without schemas, the database.</summary>
    public const string Schema = "shop";

    /// <summary>The allowed values of the column <c>state</c>.</summary>
    public static IReadOnlyList<string> States { get; } = ["open", "paid", "it's \"gone\""];

    /// <summary>The tables.</summary>
    public static IReadOnlyList<string> Names { get; } = ["orders", "returns"];

    /// <summary>The columns, in the order of the table.</summary>
    public static IReadOnlyList<ModelColumn> Columns { get; } =
    [
        new("region", ColumnKind.Text, IsOptional: false),
        new("id", ColumnKind.Int64, IsOptional: false),
        new("quantity", ColumnKind.Int32),
        new("total", ColumnKind.Int64),
        new("counter", ColumnKind.Unsigned64),
        new("price", ColumnKind.Decimal),
        new("ratio", ColumnKind.Double),
        new("name", ColumnKind.Text),
        new("active", ColumnKind.Boolean, IsOptional: false),
        new("day", ColumnKind.Date),
        new("at", ColumnKind.Timestamp),
        new("seen", ColumnKind.TimestampTz),
        new("clock", ColumnKind.Time),
        new("raw", ColumnKind.Bytes),
        new("doc", ColumnKind.Json),
        new("token", ColumnKind.Uuid),
        new("state", ColumnKind.Enum, IsOptional: false, Default: "open"),
        new("note", ColumnKind.Text, Default: "none"),
    ];

    /// <summary>The key columns, in key order.</summary>
    public static IReadOnlyList<string> Key { get; } = ["region", "id"];

    private static Dictionary<string, int> Places { get; } = Columns.Select((column, place) => (column.Name, place)).ToDictionary(StringComparer.Ordinal);

    /// <summary>The place of a column.</summary>
    public static int PlaceOf(string column) => Places[column];

    /// <summary>True when two rows have the same key.</summary>
    public static bool IsSameKey(string?[] left, string?[] right) => Key.All(name => left[PlaceOf(name)] == right[PlaceOf(name)]);

    /// <summary>A row that differs from another in some columns.</summary>
    public static string?[] With(string?[] row, params (string Column, string? Value)[] values)
    {
        string?[] made = [.. row];
        foreach (var (column, value) in values)
            made[PlaceOf(column)] = value;
        return made;
    }
}

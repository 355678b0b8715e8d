using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>The layout of a key, and where each delivered member belongs in it. Cached and shared.</summary>
internal sealed class KeyShape
{
    private KeyShape(RowShape shape, ColumnLayout layout, int[] columns)
    {
        Shape = shape;
        Layout = layout;
        Columns = columns;
    }

    /// <summary>The delivered members.</summary>
    public RowShape Shape { get; }

    /// <summary>The key's columns.</summary>
    public ColumnLayout Layout { get; }

    /// <summary>By delivered place: the column in the layout; -1 for a member that is no column.</summary>
    public int[] Columns { get; }

    /// <summary>Makes a key's shape without the members that a dialect's routers add.</summary>
    public static KeyShape Of(RowShape shape, Predicate<string> isColumn)
    {
        var places = Enumerable.Range(0, shape.Names.Length).Where(place => isColumn(shape.Names[place]))
            .OrderBy(place => shape.Names[place], StringComparer.Ordinal).ToArray();
        var names = Array.ConvertAll(places, place => shape.Names[place]);
        var types = Array.ConvertAll(places, place => shape.Columns[place]?.Type ?? ColumnType.Untyped);
        var layout = new ColumnLayout(names, Array.ConvertAll(names, JsonText.Quote), types);
        return new KeyShape(shape, layout, Array.ConvertAll(shape.Names, name => Array.IndexOf(names, name)));
    }
}

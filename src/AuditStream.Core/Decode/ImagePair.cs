using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>The common layout of a change's two images, and where each delivered column belongs in it. Cached and shared.</summary>
internal sealed class ImagePair
{
    private (ColumnLayout? Key, bool[] Flags) keyColumns;

    private ImagePair(RowShape? before, RowShape? after, ColumnLayout layout)
    {
        Before = before;
        After = after;
        Layout = layout;
        BeforeColumns = Places(before, layout);
        AfterColumns = Places(after, layout);
    }

    /// <summary>The before-image's shape; null when there is no such image.</summary>
    public RowShape? Before { get; }

    /// <summary>The after-image's shape; null when there is no such image.</summary>
    public RowShape? After { get; }

    /// <summary>The columns of both.</summary>
    public ColumnLayout Layout { get; }

    /// <summary>By delivered place in the before-image: the column in the layout.</summary>
    public int[] BeforeColumns { get; }

    /// <summary>By delivered place in the after-image: the column in the layout.</summary>
    public int[] AfterColumns { get; }

    /// <summary>Joins two shapes.</summary>
    public static ImagePair Of(RowShape? before, RowShape? after)
    {
        var types = new Dictionary<string, ColumnType>(Math.Max(before?.Names.Length ?? 0, after?.Names.Length ?? 0), StringComparer.Ordinal);
        Collect(before, types);
        Collect(after, types);
        var names = types.Keys.ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return new ImagePair(before, after, new ColumnLayout(names, Array.ConvertAll(names, JsonText.Quote), Array.ConvertAll(names, name => types[name])));
    }

    /// <summary>By column of the layout: whether it is one of the key's.</summary>
    public bool[] KeyFlags(ColumnLayout key)
    {
        if (!ReferenceEquals(keyColumns.Key, key))
            keyColumns = (key, MakeKeyFlags(key));
        return keyColumns.Flags;
    }

    // Apart from its caller, which would make the closure in every call.
    private bool[] MakeKeyFlags(ColumnLayout key) => Array.ConvertAll(Layout.Names, name => Array.IndexOf(key.Names, name) >= 0);

    private static void Collect(RowShape? shape, Dictionary<string, ColumnType> types)
    {
        for (var index = 0; index < shape?.Names.Length; index++)
            types[shape.Names[index]] = shape.Columns[index]?.Type ?? ColumnType.Untyped;
    }

    private static int[] Places(RowShape? shape, ColumnLayout layout) =>
        shape is null ? [] : Array.ConvertAll(shape.Names, name => Array.BinarySearch(layout.Names, name, StringComparer.Ordinal));
}

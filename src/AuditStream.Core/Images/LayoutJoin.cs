using AuditStream.Core.Decode;
using AuditStream.Core.Json;

namespace AuditStream.Core.Images;

/// <summary>Where the columns of a change and of a kept image belong in one layout. Cached and shared.</summary>
internal sealed class LayoutJoin
{
    private LayoutJoin(ColumnLayout layout, ColumnLayout change, ColumnLayout kept)
    {
        Layout = layout;
        ChangePlaces = Places(change, layout);
        KeptPlaces = Places(kept, layout);
        for (var column = 0; column < KeptPlaces.Length; column++)
        {
            // A column whose type is another now, or that a policy hides since or no more: what is known of it is of no use.
            var at = KeptPlaces[column];
            if (at >= 0 && (kept.Types[column] != layout.Types[at] || kept.IsHidden(column) != layout.IsHidden(at)))
                KeptPlaces[column] = -1;
        }
    }

    /// <summary>The one layout.</summary>
    public ColumnLayout Layout { get; }

    /// <summary>By column of the change: the column in the one layout.</summary>
    public int[] ChangePlaces { get; }

    /// <summary>By column of the kept image: the column in the one layout; -1 for one that is not in it.</summary>
    public int[] KeptPlaces { get; }

    /// <summary>Joins the layout of a change with that of a kept image.</summary>
    /// <param name="change">The change's.</param>
    /// <param name="kept">The kept image's.</param>
    /// <param name="withOthers">True when columns that only the kept image has are the row's still.</param>
    public static LayoutJoin Of(ColumnLayout change, ColumnLayout kept, bool withOthers)
    {
        var columns = new SortedDictionary<string, (ColumnType Type, bool IsHidden)>(StringComparer.Ordinal);
        if (withOthers)
            Collect(kept, columns);
        Collect(change, columns);
        if (columns.Count == change.Count)
            return new LayoutJoin(change, change, kept);
        var names = columns.Keys.ToArray();
        var hidden = columns.Values.Select(column => column.IsHidden).ToArray();
        var layout = new ColumnLayout(names, Array.ConvertAll(names, JsonText.Quote), [.. columns.Values.Select(column => column.Type)],
            Array.IndexOf(hidden, true) < 0 ? null : hidden);
        return new LayoutJoin(layout, change, kept);
    }

    private static void Collect(ColumnLayout layout, SortedDictionary<string, (ColumnType Type, bool IsHidden)> columns)
    {
        for (var column = 0; column < layout.Count; column++)
            columns[layout.Names[column]] = (layout.Types[column], layout.IsHidden(column));
    }

    private static int[] Places(ColumnLayout from, ColumnLayout layout) =>
        Array.ConvertAll(from.Names, name => Math.Max(-1, Array.BinarySearch(layout.Names, name, StringComparer.Ordinal)));
}

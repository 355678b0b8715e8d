using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>A table with all that is worked out once for its records.</summary>
internal sealed class TableState
{
    /// <summary>How many pairs of shapes are kept, 1 to 2 kB each for 12 columns; then they are forgotten.</summary>
    public const int MaxPairs = 512;

    /// <summary>How many key shapes are kept; then they are forgotten.</summary>
    public const int MaxKeys = 32;

    private readonly Dictionary<(RowShape? Before, RowShape? After), ImagePair> pairs = [];
    private readonly List<KeyShape> keys = [];
    private ImagePair? lastPair;
    private KeyShape? lastKey;
    private ColumnLayout? configuredKey;

    /// <summary>Makes a table's state.</summary>
    public TableState(TableReference reference, SkipReason skip)
    {
        Reference = reference;
        Skip = skip;
    }

    /// <summary>The table.</summary>
    public TableReference Reference { get; }

    /// <summary>Why its rows are left out; <see cref="SkipReason.None"/> when they are not.</summary>
    public SkipReason Skip { get; }

    /// <summary>Shapes of row images.</summary>
    public RowShapeCache Rows { get; } = new();

    /// <summary>Shapes of keys.</summary>
    public RowShapeCache Keys { get; } = new();

    /// <summary>The key whose columns the last record named.</summary>
    public NamedKey NamedKey { get; } = new();

    /// <summary>The columns of its lines of values; null before the first one.</summary>
    public Dms.Csv.TablePlans? Lines { get; set; }

    /// <summary>The common layout of two shapes.</summary>
    public ImagePair Pair(RowShape? before, RowShape? after)
    {
        if (lastPair is not null && ReferenceEquals(lastPair.Before, before) && ReferenceEquals(lastPair.After, after))
            return lastPair;
        if (pairs.TryGetValue((before, after), out var pair))
            return lastPair = pair;
        if (pairs.Count == MaxPairs)
            pairs.Clear();
        pair = ImagePair.Of(before, after);
        pairs.Add((before, after), pair);
        return lastPair = pair;
    }

    /// <summary>The layout of a key of this shape.</summary>
    public KeyShape Key(RowShape shape, Predicate<string> isColumn)
    {
        if (lastKey is not null && ReferenceEquals(lastKey.Shape, shape))
            return lastKey;
        foreach (var key in keys)
        {
            if (ReferenceEquals(key.Shape, shape))
                return lastKey = key;
        }

        if (keys.Count == MaxKeys)
            keys.Clear();
        lastKey = KeyShape.Of(shape, isColumn);
        keys.Add(lastKey);
        return lastKey;
    }

    /// <summary>The layout of the configured key; null when configuration names none.</summary>
    public ColumnLayout? ConfiguredKey()
    {
        if (configuredKey is null && Reference.ConfiguredKey is { Count: > 0 } columns)
        {
            var names = columns.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
            configuredKey = new ColumnLayout(names, Array.ConvertAll(names, JsonText.Quote), new ColumnType[names.Length]);
        }

        return configuredKey;
    }
}

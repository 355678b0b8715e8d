using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Protect;

namespace AuditStream.Core.Emit;

/// <summary>What changed inside the JSON documents of the columns for which configuration asks.</summary>
/// <remarks>It compares what the field policy lets out: of a column that is masked, hashed or dropped there is no document to compare.</remarks>
internal sealed class ChangedPaths
{
    /// <summary>How many layouts are known; beyond it they are worked out anew.</summary>
    private const int MaximumLayouts = 10_000;

    private readonly JsonPaths paths = new();
    private readonly Dictionary<(TableReference, ColumnLayout), bool[]> wanted = [];

    /// <summary>What was found.</summary>
    public JsonPaths Found => paths;

    /// <summary>Compares the images of a column inside; false when that is not asked for, or they hold no two documents of one kind.</summary>
    public bool TryFind(ProtectedDiff diff, int column)
    {
        var table = diff.Facts.Table;
        if (table.DeepDiff.Count == 0 || !diff.Before.IsPresent || !diff.After.IsPresent || !IsWanted(table, diff.After.Layout)[column])
            return false;
        ref readonly var old = ref diff.Before.Values[column];
        ref readonly var now = ref diff.After.Values[column];
        return old.Kind == ValueKind.Known && now.Kind == ValueKind.Known && ((old.Traits | now.Traits) & ValueTraits.Encoded) == 0
            && paths.TryCompare(diff.TextOf(old), diff.TextOf(now));
    }

    private bool[] IsWanted(TableReference table, ColumnLayout layout)
    {
        if (wanted.TryGetValue((table, layout), out var columns))
            return columns;
        if (wanted.Count == MaximumLayouts)
            wanted.Clear();
        columns = Array.ConvertAll(layout.Names, name => table.DeepDiff.Any(pattern => Wildcard.Matches(pattern, name)));
        wanted.Add((table, layout), columns);
        return columns;
    }
}

using AuditStream.Core.Decode;

namespace AuditStream.Core.Diff;

/// <summary>A change with what is proven about each column. The noun that leaves Diff.</summary>
/// <remarks>Reused; valid as long as its change. Columns are those of the change's row layout.</remarks>
public sealed class RowDiff
{
    private FieldDifference[] differences = [];

    /// <summary>The change.</summary>
    public RowChange Change { get; private set; } = null!; // Set by Reset before anything is read.

    /// <summary>How much the list of changed columns says; of no meaning for what is no row.</summary>
    public ChangedKnowledge Knowledge { get; set; }

    /// <summary>Where the before-image came from.</summary>
    public BeforeSource BeforeFrom { get; set; }

    /// <summary>What is proven, by column.</summary>
    public Span<FieldDifference> Differences => differences.AsSpan(0, Change.After.Layout.Count);

    /// <summary>Starts the diff of a change with nothing proven.</summary>
    public void Reset(RowChange change)
    {
        Change = change;
        Knowledge = ChangedKnowledge.Unknown;
        BeforeFrom = BeforeSource.None;
        var count = change.After.Layout.Count;
        if (differences.Length < count)
            differences = new FieldDifference[Math.Max(count, 2 * differences.Length)];
        Differences.Clear();
    }
}

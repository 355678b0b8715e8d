using AuditStream.Core.Decode;

namespace AuditStream.Core.Diff;

/// <summary>The room Diff: <see cref="RowChange"/> in, <see cref="RowDiff"/> out.</summary>
/// <remarks>One instance per task; the diff is reused.</remarks>
public sealed class Differ
{
    private readonly RowDiff diff = new();

    /// <summary>Compares the images of one change.</summary>
    public RowDiff Compare(RowChange change)
    {
        diff.Reset(change);
        return diff;
    }
}

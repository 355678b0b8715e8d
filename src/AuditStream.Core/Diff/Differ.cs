using AuditStream.Core.Decode;

namespace AuditStream.Core.Diff;

/// <summary>The room Diff: <see cref="RowChange"/> in, <see cref="RowDiff"/> out. Says of each column only what the images prove.</summary>
/// <remarks>
/// <code>
/// operation                    a column is changed when            knowledge
/// insert                       it is known after                   all; at least, when something after is not known
/// delete                       it is known before                  all with a full image, at least with another, unknown without a
///                                                                  known value
/// update                       it is known on both sides, differs  all when every column is decided; at least when not; unknown when
///                                                                  nothing is proven to have changed and something is not decided
/// all others                   never                               unknown: of no meaning
/// </code>
/// <para>A value that the source withheld was not changed by the event: unchanged, whatever it is. A column that is ambiguous on both sides
/// may have gone from NULL to its default or back: not decided. So is what columns did that the source left out of both images.</para>
/// <para>One instance per task; the diff is reused.</para>
/// </remarks>
public sealed class Differ
{
    private readonly RowDiff diff = new();

    /// <summary>Compares the images of one change.</summary>
    public RowDiff Compare(RowChange change)
    {
        diff.Reset(change);
        if (change.Before.IsPresent)
            diff.BeforeFrom = change.IsBeforeKept ? BeforeSource.State : BeforeSource.Record;
        switch (change.Facts.Operation)
        {
            case ChangeOperation.Insert:
                MarkKnown(change.After);
                break;
            case ChangeOperation.Delete:
                MarkKnown(change.Before);
                break;
            case ChangeOperation.Update when change.Before.IsPresent && change.After.IsPresent:
                CompareImages(change);
                break;
        }

        return diff;
    }

    private void MarkKnown(RowImage image)
    {
        if (!image.IsPresent)
            return;
        var differences = diff.Differences;
        var values = image.Values;
        var known = 0;
        for (var column = 0; column < values.Length; column++)
        {
            if (!IsGiven(values[column]))
                continue;
            differences[column] = FieldDifference.Changed;
            known++;
        }

        // Without one known value there is no list: an empty one would read as nothing changed.
        if (image.Extent == ImageExtent.Full)
            diff.Knowledge = ChangedKnowledge.All;
        else if (known > 0)
            diff.Knowledge = ChangedKnowledge.AtLeast;
    }

    private void CompareImages(RowChange change)
    {
        var before = change.Before.Values;
        var after = change.After.Values;
        var types = change.After.Layout.Types;
        var differences = diff.Differences;
        // A whole document without a field that the other has: the field came or went. Whole rows always have the same columns.
        var areWhole = change.Before.Extent == ImageExtent.Full && change.After.Extent == ImageExtent.Full;
        var changed = 0;
        var undecided = 0;
        for (var column = 0; column < differences.Length; column++)
        {
            ref readonly var old = ref before[column];
            ref readonly var now = ref after[column];
            var difference = FieldDifference.Unknown;
            if (now.Kind == ValueKind.Unavailable)
                difference = FieldDifference.Unchanged;
            else if (IsAmbiguous(old) && IsAmbiguous(now))
                difference = FieldDifference.Unknown;
            else if (IsGiven(old) && IsGiven(now))
                difference = AreSame(change, old, now, types[column]) ? FieldDifference.Unchanged : FieldDifference.Changed;
            else if (areWhole && old.Kind != now.Kind)
                difference = FieldDifference.Changed;
            differences[column] = difference;
            changed += difference == FieldDifference.Changed ? 1 : 0;
            undecided += difference == FieldDifference.Unknown ? 1 : 0;
        }

        undecided += change.MayHaveOtherColumns ? 1 : 0;
        diff.Knowledge = undecided == 0 ? ChangedKnowledge.All : changed > 0 ? ChangedKnowledge.AtLeast : ChangedKnowledge.Unknown;
    }

    private static bool IsGiven(in Value value) => value.Kind is ValueKind.Known or ValueKind.Null;

    private static bool IsAmbiguous(in Value value) => (value.Traits & ValueTraits.Ambiguous) != 0;

    private static bool AreSame(RowChange change, in Value old, in Value now, ColumnType type)
    {
        // A JSON value may look like what an encoded one becomes.
        if (old.Kind != now.Kind || ((old.Traits ^ now.Traits) & (ValueTraits.Encoded | ValueTraits.Retyped)) != 0)
            return false;
        if (old.Kind == ValueKind.Null || (old.Traits & now.Traits & ValueTraits.Alike) != 0)
            return true;
        var left = change.TextOf(old);
        var right = change.TextOf(now);
        return left.SequenceEqual(right) || ValueEquality.AreEqual(left, right, type);
    }
}

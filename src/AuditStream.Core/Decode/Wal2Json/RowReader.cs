using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode.Wal2Json;

/// <summary>Makes the images of a row's change, and its key, of the columns that a record gives.</summary>
/// <remarks>
/// <para>The replica identity is not the primary key: under FULL it is the whole old row, under INDEX other columns. The key is named by <c>pk</c>
/// (include-pk), or by configuration.</para>
/// <code>
/// before-image: the identity                                              extent
/// all its columns are the key's, or configured so                         key
/// an update's, with every column that is known of the row                 full
/// a delete's, configured so                                               full
/// any other                                                               partial
/// </code>
/// <para>Version 1 leaves the NULLs of an identity out. Where the identity is configured to be the whole old row, and is more than its key, a column that
/// only the new row has was NULL; a deleted row's are not named.</para>
/// <para>A TOASTed column that an update did not touch is not among its columns. Where the identity has it, it is unavailable after; where nothing
/// has it, nothing tells that it is there: then the row may lack it.</para>
/// </remarks>
internal sealed class RowReader
{
    private readonly GivenRows rows;
    private readonly DeclaredTypes types = new(PostgresTypes.MeaningOf);

    /// <summary>Makes a reader.</summary>
    public RowReader(ValueConverter values)
    {
        rows = new GivenRows(values);
        Columns = new ColumnsReader(types);
        Identity = new ColumnsReader(types);
    }

    /// <summary>The row after the change; to be read for an insert and an update.</summary>
    public ColumnsReader Columns { get; }

    /// <summary>The replica identity; to be read for an update and a delete.</summary>
    public ColumnsReader Identity { get; }

    /// <summary>Fills the images and the key; a rejection when a row names a column twice.</summary>
    /// <param name="text">The record.</param>
    /// <param name="hasIdentity">Whether the change has an identity.</param>
    /// <param name="leavesNullsOut">Whether an identity has no column that was NULL.</param>
    /// <param name="at">Where the change stands in the record.</param>
    /// <param name="table">Its table.</param>
    /// <param name="named">The key that the record names; null without.</param>
    /// <param name="change">The change, its operation and delivered images set.</param>
    public Rejection? Read(
        ReadOnlySpan<byte> text, bool hasIdentity, bool leavesNullsOut, int at, TableState table, ColumnLayout? named, RowChange change)
    {
        var hasColumns = change.Facts.Operation != ChangeOperation.Delete;
        var before = hasIdentity ? new GivenRow(Identity.Members, ImageExtent.Partial, at, Identity.Types) : default;
        var after = hasColumns ? new GivenRow(Columns.Members, ImageExtent.Full, at, Columns.Types) : default;
        var fault = rows.Read(text, before, after, table, change, out var pair);
        if (fault is not null || pair is null)
            return fault;
        var key = named ?? table.ConfiguredKey();
        if (hasIdentity)
            change.Before.Extent = ExtentOf(pair, table.Reference.ReplicaIdentity, key, isDelete: !hasColumns);
        if (hasIdentity && hasColumns && leavesNullsOut && table.Reference.ReplicaIdentity == ReplicaIdentity.Full
            && (key is null || !HasKeyOnly(pair, key)))
            FillNulls(change);
        if (hasIdentity && hasColumns)
            MarkUnavailable(change);
        change.MayLackColumns = change.Facts.Operation == ChangeOperation.Update
            && !IsWholeIdentity(hasIdentity, table.Reference.ReplicaIdentity, change);
        RowKey.Take(key, change);
        return null;
    }

    private static ImageExtent ExtentOf(ImagePair pair, ReplicaIdentity identity, ColumnLayout? key, bool isDelete)
    {
        if (identity == ReplicaIdentity.Key || (identity != ReplicaIdentity.Full && key is not null && HasKeyOnly(pair, key)))
            return ImageExtent.Key;
        var isWhole = isDelete ? identity == ReplicaIdentity.Full : pair.BeforeColumns.Length == pair.Layout.Count;
        return isWhole ? ImageExtent.Full : ImageExtent.Partial;
    }

    /// <summary>True when the identity has every column of the old row that is not null: configured so, or seen.</summary>
    private static bool IsWholeIdentity(bool hasIdentity, ReplicaIdentity identity, RowChange change) =>
        hasIdentity && (identity == ReplicaIdentity.Full || change.Before.Extent == ImageExtent.Full);

    private static bool HasKeyOnly(ImagePair pair, ColumnLayout key)
    {
        var isKey = pair.KeyFlags(key);
        foreach (var column in pair.BeforeColumns)
        {
            if (!isKey[column])
                return false;
        }

        return true;
    }

    /// <summary>Gives the columns that the identity left out their NULL. It is as doubtful as the new row's: beside a null that may stand for NaN it proves
    /// no sameness.</summary>
    private static void FillNulls(RowChange change)
    {
        var before = change.Before.Values;
        for (var column = 0; column < before.Length; column++)
        {
            if (before[column].Kind == ValueKind.Absent)
                before[column] = Value.Null with { Traits = change.After.Values[column].Traits & ValueTraits.Ambiguous };
        }

        change.Before.Extent = ImageExtent.Full;
    }

    private static void MarkUnavailable(RowChange change)
    {
        var after = change.After.Values;
        for (var column = 0; column < after.Length; column++)
        {
            if (after[column].Kind != ValueKind.Absent)
                continue;
            after[column] = Value.Unavailable;
            change.After.Extent = ImageExtent.Partial;
        }
    }
}

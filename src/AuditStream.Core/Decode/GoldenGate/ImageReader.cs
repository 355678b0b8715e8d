using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.GoldenGate;

/// <summary>Reads the row images of a GoldenGate record, and says how much of the row they are.</summary>
/// <remarks>
/// <para>A column that an image does not hold was not in the trail: by default an update has the key and the changed columns, a delete the key.</para>
/// <code>
/// operation   image    full                                                           else
/// I           after    always
/// U           both     same columns in both, and one beyond the key did not change    partial: more may have changed
///                      or configured so
/// D           before   configured so                                                  key when it is all there is; partial
/// </code>
/// </remarks>
internal sealed class ImageReader
{
    private readonly GivenRows rows;

    /// <summary>Makes a reader.</summary>
    public ImageReader(ValueConverter values) => rows = new GivenRows(values);

    /// <summary>Reads the images into the change; a rejection when they cannot be those of its operation.</summary>
    public Rejection? Read(
        in RawRecord record, JsonTape tape, in MemberBlock members, TableState table, ColumnLayout? key, RowChange change)
    {
        var text = record.Value.GetValueOrDefault();
        var operation = change.Facts.Operation;
        var before = members.Slice(GoldenGateMember.Before);
        var after = members.Slice(GoldenGateMember.After);
        if (operation != ChangeOperation.Insert && CheckImage(before, "before", mayMiss: operation == ChangeOperation.Update) is { } noBefore)
            return noBefore;
        if (operation != ChangeOperation.Delete && CheckImage(after, "after", mayMiss: false) is { } noAfter)
            return noAfter;
        var hasBefore = operation != ChangeOperation.Insert && before.Token == JsonToken.Object;
        var hasAfter = operation != ChangeOperation.Delete;
        if (hasBefore)
            change.DeliveredBefore = text.Slice(before.Start, before.Length);
        if (hasAfter)
            change.DeliveredAfter = text.Slice(after.Start, after.Length);
        var old = hasBefore
            ? new GivenRow(tape.ChildrenOf(members.Entry(GoldenGateMember.Before)), ImageExtent.Partial, before.Start)
            : default;
        var now = hasAfter
            ? new GivenRow(tape.ChildrenOf(members.Entry(GoldenGateMember.After)), ImageExtent.Partial, after.Start)
            : default;
        var fault = rows.Read(text.Span, old, now, table, change, out var pair);
        if (fault is null && pair is not null)
            SetExtents(pair, table.Reference.ReplicaIdentity, key, change);
        return fault;
    }

    private static Rejection? CheckImage(in JsonSlice image, string name, bool mayMiss) => image.Token switch
    {
        JsonToken.Object => null,
        JsonToken.None or JsonToken.Null when mayMiss => null,
        JsonToken.None or JsonToken.Null => new Rejection(
            RejectionCode.MissingMember,
            $"The record has no object {name}, which its operation needs: rows without before and after (messageFormatting=row) are not read.",
            Math.Max(image.Start, 0)),
        _ => new Rejection(RejectionCode.InvalidMember, $"The member {name} is no object.", image.Start),
    };

    private static void SetExtents(ImagePair pair, ReplicaIdentity identity, ColumnLayout? key, RowChange change)
    {
        switch (change.Facts.Operation)
        {
            case ChangeOperation.Insert:
                change.After.Extent = ImageExtent.Full;
                break;
            case ChangeOperation.Delete:
                change.Before.Extent = identity == ReplicaIdentity.Full ? ImageExtent.Full
                    : key is not null && Array.TrueForAll(pair.KeyFlags(key), isKey => isKey) ? ImageExtent.Key
                    : ImageExtent.Partial;
                break;
            default:
                var isFull = change.Before.IsPresent && pair.BeforeColumns.Length == pair.Layout.Count && pair.AfterColumns.Length == pair.Layout.Count
                    && (identity == ReplicaIdentity.Full || HasUnchangedBeyondKey(pair, key, change));
                change.MayHaveOtherColumns = !isFull;
                if (isFull)
                    (change.Before.Extent, change.After.Extent) = (ImageExtent.Full, ImageExtent.Full);
                break;
        }
    }

    /// <summary>True when a column beyond a known key is the same in both images: an update that holds what changed only has none.</summary>
    private static bool HasUnchangedBeyondKey(ImagePair pair, ColumnLayout? key, RowChange change)
    {
        if (key is null)
            return false;
        var isKey = pair.KeyFlags(key);
        for (var column = 0; column < isKey.Length; column++)
        {
            if (!isKey[column] && change.TextOf(change.Before.Values[column]).SequenceEqual(change.TextOf(change.After.Values[column])))
                return true;
        }

        return false;
    }
}

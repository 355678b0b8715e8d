using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Triggers;

/// <summary>Reads the rows of a payload, and says how much of the row they are.</summary>
/// <remarks>
/// <para>A trigger sees the whole row, so its images are full; but one that lacks a column of the other is partial, and where configuration says
/// that the source has old keys only, the row before is its key. An empty object is no row.</para>
/// <para>Sequin reads the log of PostgreSQL, where the table's replica identity decides what an old row is:</para>
/// <code>
/// changes                                     identity full     key or index    not configured
/// {}                                          full, unchanged   none            none
/// null                                        none              none            none
/// may be the old key with fillers             full              partial         partial
/// others                                      full              partial         full
///
/// the record of a delete
/// all columns have a value                    full              key             full
/// all but the configured key are null         full              key             key
/// some are null                               full              key             full; partial without a configured key
/// </code>
/// <para>Changes may be the old key with fillers when they have a column of the configured key, or without one both values and nulls, and no value
/// in a column that is not the key's. Their nulls are no values then. Full, of an update: a column that is not among the changes has its old
/// value still.</para>
/// </remarks>
internal sealed class RowReader
{
    private readonly ValueConverter values = new();
    private readonly JsonTape beforeTape = new();
    private readonly JsonTape afterTape = new();

    /// <summary>Reads the rows into the change; a rejection when one is missing, or no row.</summary>
    public Rejection? Read(ReadOnlyMemory<byte> value, in Payload payload, TableState table, RowChange change)
    {
        var text = value.Span;
        var operation = change.Facts.Operation;
        if (operation == ChangeOperation.Truncate)
            return null;
        var isDelete = operation == ChangeOperation.Delete;
        var old = isDelete ? payload.Old
            : operation != ChangeOperation.Update ? default
            : payload.IsLogged ? payload.Changes
            : payload.Old;
        RowShape? beforeShape = null;
        RowShape? afterShape = null;
        var fault = Open(text, old, beforeTape, table, ref beforeShape);
        if (fault is null && !isDelete)
            fault = Open(text, payload.New, afterTape, table, ref afterShape);
        if (fault is not null)
            return fault;
        if (!isDelete && afterShape is null)
            return new Rejection(RejectionCode.MissingMember, "The payload has no row after the change.", payload.Operation.Start);

        var pair = table.Pair(beforeShape, afterShape);
        change.Before.Reset(pair.Layout, ImageExtent.None);
        change.After.Reset(pair.Layout, ImageExtent.None);
        if (afterShape is not null)
        {
            Fill(text, afterTape, pair.AfterColumns, change.After, change.Scratch);
            change.DeliveredAfter = value.Slice(payload.New.Start, payload.New.Length);
        }

        if (beforeShape is not null)
        {
            Fill(text, beforeTape, pair.BeforeColumns, change.Before, change.Scratch);
            change.DeliveredBefore = value.Slice(old.Start, old.Length);
        }

        SettleBefore(payload, old, table, pair, change);
        return null;
    }

    private static Rejection? Open(ReadOnlySpan<byte> text, in JsonSlice slice, JsonTape tape, TableState table, ref RowShape? shape)
    {
        if (slice.Token is JsonToken.None or JsonToken.Null)
            return null;
        if (slice.Token != JsonToken.Object)
            return new Rejection(RejectionCode.InvalidMember, "A row is no object.", slice.Start);
        var at = slice.Start;
        var fault = tape.Read(text, ref at);
        if (fault != JsonFault.None)
            return RecordFrame.Rejected(fault, at);
        if (tape.Outer.IsEmpty)
            return null;
        shape = table.Rows.Find(text, tape.Outer, schema: null);
        return shape is not null
            ? null
            : new Rejection(RejectionCode.InvalidMember, "A row names a column twice, or by a name that no event can hold.", slice.Start);
    }

    private void Fill(ReadOnlySpan<byte> text, JsonTape tape, int[] places, RowImage image, ByteWriter scratch)
    {
        for (var index = 0; index < places.Length; index++)
        {
            // Without a schema every value fits.
            values.TryConvert(text, tape.Outer[index].Slice, schema: null, scratch, out image.Values[places[index]]);
        }

        image.Extent = places.Length == image.Layout.Count ? ImageExtent.Full : ImageExtent.Partial;
    }

    private static void SettleBefore(in Payload payload, in JsonSlice old, TableState table, ImagePair pair, RowChange change)
    {
        var identity = table.Reference.ReplicaIdentity;
        var key = table.ConfiguredKey();
        var isKey = key is null ? null : pair.KeyFlags(key);
        var before = change.Before;
        if (payload.IsLogged && change.Facts.Operation == ChangeOperation.Update)
        {
            var areAll = identity switch
            {
                ReplicaIdentity.Full => old.Token == JsonToken.Object,
                ReplicaIdentity.Auto => before.IsPresent && !MayBeKey(before, isKey),
                _ => false,
            };
            if (areAll)
                FillUnchanged(change);
            else if (before.IsPresent)
                ForgetNulls(before, isKey);
            return;
        }

        var hasFillers = identity switch
        {
            ReplicaIdentity.Full => false,
            ReplicaIdentity.Auto => payload.IsLogged && HasNull(before) && (isKey is null || !HasOther(before, isKey)),
            _ => true,
        };
        if (before.IsPresent && hasFillers)
            Forget(before, isKey);
    }

    /// <summary>True when an image has a value, were it of any column, that is not known to be the key's.</summary>
    private static bool HasOther(RowImage image, bool[]? isKey)
    {
        for (var column = 0; image.IsPresent && column < image.Layout.Count; column++)
        {
            if (image.Values[column].Kind == ValueKind.Known && (isKey is null || !isKey[column]))
                return true;
        }

        return false;
    }

    private static bool MayBeKey(RowImage changes, bool[]? isKey)
    {
        var ofKey = 0;
        for (var column = 0; column < changes.Layout.Count; column++)
            ofKey += changes.Values[column].Kind != ValueKind.Absent && isKey is not null && isKey[column] ? 1 : 0;
        return isKey is null ? HasNull(changes) && HasOther(changes, isKey) : ofKey > 0 && !HasOther(changes, isKey);
    }

    private static bool HasNull(RowImage image)
    {
        foreach (ref readonly var value in image.Values)
        {
            if (value.Kind == ValueKind.Null)
                return true;
        }

        return false;
    }

    /// <summary>Leaves the key's columns only; without a configured key, those that are not null: a null may be a filler.</summary>
    private static void Forget(RowImage image, bool[]? isKey)
    {
        if (isKey is null)
        {
            ForgetNulls(image, isKey);
            return;
        }

        for (var column = 0; column < image.Layout.Count; column++)
        {
            if (!isKey[column])
                image.Values[column] = Value.Absent;
        }

        image.Extent = ImageExtent.Key;
    }

    /// <summary>Leaves what is not null, and the key: any other null may be a filler.</summary>
    private static void ForgetNulls(RowImage image, bool[]? isKey)
    {
        for (var column = 0; column < image.Layout.Count; column++)
        {
            if (image.Values[column].Kind == ValueKind.Null && (isKey is null || !isKey[column]))
                image.Values[column] = Value.Absent;
        }

        image.Extent = ImageExtent.Partial;
    }

    private static void FillUnchanged(RowChange change)
    {
        var before = change.Before;
        for (var column = 0; column < before.Layout.Count; column++)
        {
            if (before.Values[column].Kind == ValueKind.Absent)
                before.Values[column] = change.After.Values[column];
        }

        before.Extent = ImageExtent.Full;
    }
}

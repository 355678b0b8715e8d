using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium;

/// <summary>Reads the row images of an envelope: what is a value, what is a filler, and how much of the row is there.</summary>
internal sealed class ImageReader
{
    private readonly ValueConverter values;

    /// <summary>Makes a reader.</summary>
    public ImageReader(ValueConverter values) => this.values = values;

    /// <summary>Which columns of a delivered image are values.</summary>
    private enum Trust
    {
        /// <summary>All.</summary>
        All,

        /// <summary>The key's.</summary>
        Key,

        /// <summary>Those that no filler looks like, by the schema.</summary>
        Proven,
    }

    /// <summary>Reads both images into the change, whose key is read already.</summary>
    /// <param name="view">The envelope.</param>
    /// <param name="table">The table.</param>
    /// <param name="movedHere">True for the insert half of a key change: it may hold placeholders.</param>
    /// <param name="change">Takes the images.</param>
    public Rejection? Read(in EnvelopeView view, TableState table, bool movedHere, RowChange change)
    {
        var fault = FindShape(view, EnvelopeMember.Before, "before"u8, table, out var beforeShape);
        if (fault is not null)
            return fault;
        fault = FindShape(view, EnvelopeMember.After, "after"u8, table, out var afterShape);
        if (fault is not null)
            return fault;
        var pair = table.Pair(beforeShape, afterShape);
        var keyLayout = change.Key.IsPresent ? change.Key.Layout : table.ConfiguredKey();
        var keyFlags = keyLayout is null ? null : pair.KeyFlags(keyLayout);
        change.Before.Reset(pair.Layout, ImageExtent.None);
        change.After.Reset(pair.Layout, ImageExtent.None);
        if (beforeShape is not null)
        {
            var members = view.ChildrenOf(EnvelopeMember.Before);
            var trust = TrustBefore(view, members, pair, keyFlags, table.Reference, change.Facts.Operation);
            change.Before.Extent = trust switch
            {
                Trust.All when pair.BeforeColumns.Length == pair.Layout.Count => ImageExtent.Full,
                Trust.Key => ImageExtent.Key,
                _ => ImageExtent.Partial,
            };
            fault = Fill(view, members, beforeShape, pair.BeforeColumns, change.Before, trust, keyFlags, change);
            change.DeliveredBefore = view.Delivered(EnvelopeMember.Before);
        }

        if (afterShape is null || fault is not null)
            return fault;
        change.After.Extent = pair.AfterColumns.Length == pair.Layout.Count ? ImageExtent.Full : ImageExtent.Partial;
        change.DeliveredAfter = view.Delivered(EnvelopeMember.After);
        fault = Fill(
            view, view.ChildrenOf(EnvelopeMember.After), afterShape, pair.AfterColumns, change.After, Trust.All, keyFlags, change);
        if (fault is null && MayHoldPlaceholders(table.Reference, change, movedHere))
            MarkUnavailable(view, pair, change);
        return fault;
    }

    private static Rejection? FindShape(
        in EnvelopeView view, int member, ReadOnlySpan<byte> name, TableState table, out RowShape? shape)
    {
        shape = null;
        var slice = view.Members.Slice(member);
        if (slice.Token is JsonToken.None or JsonToken.Null)
            return null;
        if (slice.Token != JsonToken.Object)
            return new Rejection(RejectionCode.InvalidMember, "An image of a row is no object.", slice.Start);
        shape = table.Rows.Find(view.Text, view.ChildrenOf(member), view.Schema?.Field(name));
        return shape is null
            ? new Rejection(RejectionCode.InvalidMember, "A row names a column twice, or by a name that no event can hold.", slice.Start)
            : null;
    }

    private static Trust TrustBefore(
        in EnvelopeView view, ReadOnlySpan<TapeMember> members, ImagePair pair, bool[]? keyFlags, TableReference table,
        ChangeOperation operation)
    {
        switch (table.ReplicaIdentity)
        {
            case ReplicaIdentity.Full:
                return Trust.All;
            case ReplicaIdentity.Key:
                return keyFlags is null ? Trust.Proven : Trust.Key;
            case ReplicaIdentity.Index:
                return Trust.Proven;
        }

        var hasOther = false;
        var proven = false;
        var hasRealKey = false;
        var shape = pair.Before;
        for (var index = 0; index < members.Length; index++)
        {
            var isReal = !Fillers.MayBe(view.Text, members[index].Slice, shape?.Columns[index]);
            var isKey = keyFlags is not null && keyFlags[pair.BeforeColumns[index]];
            hasOther |= !isKey;
            proven |= isReal && !isKey;
            hasRealKey |= isReal && isKey;
        }

        if (Engines.SendsFullBefore(table.Engine))
            return proven || !hasOther ? Trust.All : keyFlags is null ? Trust.Proven : Trust.Key;
        // PostgreSQL and what is not known: an update's before-image is there only for whole rows and moved keys; a delete's always is.
        if (operation == ChangeOperation.Update && proven)
            return Trust.All;
        if (keyFlags is null)
            return Trust.Proven;
        if (!proven || shape is not { IsTyped: true })
            return Trust.Key;
        // A key of fillers beside a real value: the identity is an index, or the key was another when the row went.
        return hasRealKey ? Trust.All : Trust.Proven;
    }

    private Rejection? Fill(
        in EnvelopeView view, ReadOnlySpan<TapeMember> members, RowShape shape, int[] columns, RowImage image, Trust trust,
        bool[]? keyFlags, RowChange change)
    {
        var text = view.Text;
        var into = image.Values;
        for (var index = 0; index < members.Length; index++)
        {
            var column = columns[index];
            var slice = members[index].Slice;
            var schema = shape.Columns[index];
            if (trust != Trust.All && !IsTrusted(trust, text, slice, schema, keyFlags, column))
                continue;
            if (!values.TryConvert(text, slice, schema, change.Scratch, out into[column]))
            {
                if (view.Placeholders.Holds(text, slice))
                {
                    into[column] = Value.Unavailable;
                    image.Extent = image.Extent == ImageExtent.Full ? ImageExtent.Partial : image.Extent;
                    continue;
                }

                return new Rejection(
                    RejectionCode.InvalidValue,
                    $"Column {shape.Names[index]} holds a JSON {slice.Token} that is no value of its declared type {schema?.Type}.",
                    slice.Start);
            }

            if (view.Topic.Settings.ReplaceNullWithDefault && schema is { IsOptional: true, Default: not null }
                && slice.Of(text).SequenceEqual(schema.Default))
                into[column] = into[column] with { Traits = into[column].Traits | ValueTraits.Ambiguous };
        }

        return null;
    }

    private static bool IsTrusted(
        Trust trust, ReadOnlySpan<byte> text, in JsonSlice slice, ConnectSchema? schema, bool[]? keyFlags, int column) =>
        trust == Trust.Key
            ? keyFlags is not null && keyFlags[column]
            : schema is not null && !Fillers.MayBe(text, slice, schema);

    /// <summary>PostgreSQL withholds values in updates without a whole before-image, and in the insert half of a key change; a text there
    /// otherwise that reads like a placeholder is a text. Other engines do so anywhere.</summary>
    private static bool MayHoldPlaceholders(TableReference table, RowChange change, bool movedHere) =>
        table.Engine != Engines.Postgres
        || (change.Facts.Operation == ChangeOperation.Update && change.Before.Extent != ImageExtent.Full)
        || (movedHere && table.ReplicaIdentity != ReplicaIdentity.Full);

    private static void MarkUnavailable(in EnvelopeView view, ImagePair pair, RowChange change)
    {
        Mark(view, view.ChildrenOf(EnvelopeMember.Before), pair.BeforeColumns, change.Before);
        Mark(view, view.ChildrenOf(EnvelopeMember.After), pair.AfterColumns, change.After);
    }

    private static void Mark(in EnvelopeView view, ReadOnlySpan<TapeMember> members, int[] columns, RowImage image)
    {
        if (!image.IsPresent)
            return;
        for (var index = 0; index < columns.Length; index++)
        {
            if (!view.Placeholders.Holds(view.Text, members[index].Slice))
                continue;
            image.Values[columns[index]] = Value.Unavailable;
            if (image.Extent == ImageExtent.Full)
                image.Extent = ImageExtent.Partial;
        }
    }
}

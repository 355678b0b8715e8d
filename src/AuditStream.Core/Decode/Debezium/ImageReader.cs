using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium;

/// <summary>Reads row images: what is a value, what is a filler, and how much of the row is there.</summary>
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
    /// <param name="before">The row before the change.</param>
    /// <param name="after">The row after the change.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="table">The table.</param>
    /// <param name="movedHere">True for the insert half of a key change: it may hold placeholders.</param>
    /// <param name="change">Takes the images.</param>
    public Rejection? Read(
        in DeliveredImage before, in DeliveredImage after, TopicState topic, TableState table, bool movedHere, RowChange change)
    {
        var fault = FindShape(before, table, out var beforeShape);
        if (fault is not null)
            return fault;
        fault = FindShape(after, table, out var afterShape);
        if (fault is not null)
            return fault;
        var pair = table.Pair(beforeShape, afterShape);
        var keyLayout = change.Key.IsPresent ? change.Key.Layout : table.ConfiguredKey();
        var keyFlags = keyLayout is null ? null : pair.KeyFlags(keyLayout);
        change.Before.Reset(pair.Layout, ImageExtent.None);
        change.After.Reset(pair.Layout, ImageExtent.None);
        if (beforeShape is not null)
        {
            var trust = TrustBefore(before, pair, keyFlags, table.Reference, change.Facts.Operation);
            change.Before.Extent = trust switch
            {
                Trust.All when pair.BeforeColumns.Length == pair.Layout.Count => ImageExtent.Full,
                Trust.Key => ImageExtent.Key,
                _ => ImageExtent.Partial,
            };
            fault = Fill(before, topic, beforeShape, pair.BeforeColumns, change.Before, trust, keyFlags, change);
            change.DeliveredBefore = before.Delivered;
        }

        if (afterShape is not null && fault is null)
        {
            change.After.Extent = pair.AfterColumns.Length == pair.Layout.Count ? ImageExtent.Full : ImageExtent.Partial;
            change.DeliveredAfter = after.Delivered;
            fault = Fill(after, topic, afterShape, pair.AfterColumns, change.After, Trust.All, keyFlags, change);
        }

        if (afterShape is null || fault is not null || !MayHoldPlaceholders(table.Reference, change, movedHere))
            return fault;
        Mark(before, topic, pair.BeforeColumns, change.Before);
        Mark(after, topic, pair.AfterColumns, change.After);
        return null;
    }

    private static Rejection? FindShape(in DeliveredImage image, TableState table, out RowShape? shape)
    {
        shape = null;
        if (image.IsNull)
            return null;
        if (image.Slice.Token != JsonToken.Object)
            return new Rejection(RejectionCode.InvalidMember, "An image of a row is no object.", image.Slice.Start);
        shape = table.Rows.Find(image.Text, image.Members, image.Schema);
        return shape is null
            ? new Rejection(
                RejectionCode.InvalidMember, "A row names a column twice, or by a name that no event can hold.", image.Slice.Start)
            : null;
    }

    private static Trust TrustBefore(
        in DeliveredImage before, ImagePair pair, bool[]? keyFlags, TableReference table, ChangeOperation operation)
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
        for (var index = 0; index < before.Members.Length; index++)
        {
            var isReal = !Fillers.MayBe(before.Text, before.Members[index].Slice, shape?.Columns[index]);
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
        in DeliveredImage delivered, TopicState topic, RowShape shape, int[] columns, RowImage image, Trust trust, bool[]? keyFlags,
        RowChange change)
    {
        var text = delivered.Text;
        var members = delivered.Members;
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
                if (topic.Placeholders.Holds(text, slice))
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

            if (topic.Settings.ReplaceNullWithDefault && schema is { IsOptional: true, Default: not null }
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
    /// otherwise that reads like a placeholder is a text. Other engines do so anywhere. An upsert may be such an update.</summary>
    private static bool MayHoldPlaceholders(TableReference table, RowChange change, bool movedHere) =>
        table.Engine != Engines.Postgres
        || (change.Facts.Operation == ChangeOperation.Update && change.Before.Extent != ImageExtent.Full)
        || change.Facts.Operation == ChangeOperation.Upsert
        || (movedHere && table.ReplicaIdentity != ReplicaIdentity.Full);

    private static void Mark(in DeliveredImage delivered, TopicState topic, int[] columns, RowImage image)
    {
        if (!image.IsPresent)
            return;
        for (var index = 0; index < columns.Length; index++)
        {
            if (!topic.Placeholders.Holds(delivered.Text, delivered.Members[index].Slice))
                continue;
            image.Values[columns[index]] = Value.Unavailable;
            if (image.Extent == ImageExtent.Full)
                image.Extent = ImageExtent.Partial;
        }
    }
}

using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.DynamoDb;

/// <summary>Reads the key and the images of a record, and says how much of the item they are.</summary>
/// <remarks>
/// <para>What a stream delivers is told by what is there, not by its view type:</para>
/// <code>
/// delivered                     INSERT           MODIFY                     REMOVE
/// both images                   after: full      before: full, after: full  before: full
/// NEW_IMAGE                     after: full      after: full                before: key
/// OLD_IMAGE                     after: key       before: full, after: key   before: full
/// KEYS_ONLY                     after: key       after: key                 before: key
/// </code>
/// <para>An item has no columns but its attributes: one that only one of two whole images has came or went. Its key cannot change, so a key
/// attribute that an image lacks is taken from the key.</para>
/// </remarks>
internal sealed class ItemReader
{
    private readonly AttributeReader attributes = new();
    private readonly JsonTape keyTape = new();
    private readonly JsonTape beforeTape = new();
    private readonly JsonTape afterTape = new();
    private (AttributeType Type, JsonSlice Value)[] before = [];
    private (AttributeType Type, JsonSlice Value)[] after = [];

    /// <summary>Reads key and images into the change; a rejection when they are not an item's.</summary>
    public Rejection? Read(ReadOnlyMemory<byte> value, in MemberBlock body, TableState table, RowChange change)
    {
        var text = value.Span;
        var operation = change.Facts.Operation;
        var fault = ReadKey(text, body, table, change, out var key);
        if (key is null)
            return fault;
        RowShape? beforeShape = null;
        RowShape? afterShape = null;
        if (operation != ChangeOperation.Insert)
            fault = Open(text, body.Slice(BodyMember.OldImage), beforeTape, table, out beforeShape);
        if (fault is null && operation != ChangeOperation.Delete)
            fault = Open(text, body.Slice(BodyMember.NewImage), afterTape, table, out afterShape);
        if (fault is not null)
            return fault;

        change.MayHaveOtherColumns = (operation != ChangeOperation.Insert && beforeShape is null)
            || (operation != ChangeOperation.Delete && afterShape is null);
        var pair = table.Pair(beforeShape, afterShape);
        var layout = beforeShape is null && afterShape is null ? change.Key.Layout : pair.Layout;
        Start(layout, change);
        if (beforeShape is not null)
        {
            change.DeliveredBefore = Delivered(value, body.Slice(BodyMember.OldImage));
            fault = Fill(text, beforeTape, pair.BeforeColumns, change.Before, before, change.Scratch);
        }

        if (fault is null && afterShape is not null)
        {
            change.DeliveredAfter = Delivered(value, body.Slice(BodyMember.NewImage));
            fault = Fill(text, afterTape, pair.AfterColumns, change.After, after, change.Scratch);
        }

        if (fault is not null)
            return fault;
        Relate(text, change);
        if (operation == ChangeOperation.Delete || beforeShape is not null)
            Complete(text, key, beforeShape is null ? ImageExtent.Key : ImageExtent.Full, change.Before, change.Scratch);
        if (operation != ChangeOperation.Delete)
            Complete(text, key, afterShape is null ? ImageExtent.Key : ImageExtent.Full, change.After, change.Scratch);
        return null;
    }

    private static ReadOnlyMemory<byte> Delivered(ReadOnlyMemory<byte> value, in JsonSlice slice) => value.Slice(slice.Start, slice.Length);

    private static Rejection NotAValue(long at) =>
        new(RejectionCode.InvalidValue, "The value of an attribute is of no type that DynamoDB has, or does not fit it.", at);

    private Rejection? ReadKey(ReadOnlySpan<byte> text, in MemberBlock body, TableState table, RowChange change, out KeyShape? key)
    {
        key = null;
        var slice = body.Slice(BodyMember.Keys);
        if (slice.Token != JsonToken.Object)
            return new Rejection(RejectionCode.MissingMember, "The block dynamodb has no object Keys.", slice.Start);
        var at = slice.Start;
        var jsonFault = keyTape.Read(text, ref at);
        if (jsonFault != JsonFault.None)
            return RecordFrame.Rejected(jsonFault, at);
        var shape = table.Keys.Find(text, keyTape.Outer, schema: null);
        if (shape is null || shape.Names.Length == 0)
        {
            return new Rejection(
                RejectionCode.InvalidMember, "The object Keys is empty, or names an attribute twice or by a name that no event can hold.",
                slice.Start);
        }

        var found = table.Key(shape, static _ => true);
        change.Key.Reset(found.Layout, ImageExtent.Full);
        for (var index = 0; index < keyTape.Outer.Length; index++)
        {
            ref readonly var member = ref keyTape.Outer[index];
            if (!attributes.TryReadKey(text, keyTape.ChildrenOf(member), change.Scratch, out change.Key.Values[found.Columns[index]]))
                return NotAValue(member.Start);
        }

        key = found;
        return null;
    }

    /// <summary>Puts an image on its tape; no shape when there is none, were it <c>{}</c>: an item has at least its key.</summary>
    private static Rejection? Open(ReadOnlySpan<byte> text, in JsonSlice slice, JsonTape tape, TableState table, out RowShape? shape)
    {
        shape = null;
        if (slice.Token is JsonToken.None or JsonToken.Null)
            return null;
        if (slice.Token != JsonToken.Object)
            return new Rejection(RejectionCode.InvalidMember, "An image is no object.", slice.Start);
        var at = slice.Start;
        var fault = tape.Read(text, ref at);
        if (fault != JsonFault.None)
            return RecordFrame.Rejected(fault, at);
        if (tape.Outer.IsEmpty)
            return null;
        shape = table.Rows.Find(text, tape.Outer, schema: null);
        return shape is not null
            ? null
            : new Rejection(RejectionCode.InvalidMember, "An image names an attribute twice, or by a name that no event can hold.", slice.Start);
    }

    private void Start(ColumnLayout layout, RowChange change)
    {
        change.Before.Reset(layout, ImageExtent.None);
        change.After.Reset(layout, ImageExtent.None);
        if (before.Length < layout.Count)
        {
            before = new (AttributeType, JsonSlice)[2 * layout.Count];
            after = new (AttributeType, JsonSlice)[2 * layout.Count];
        }

        before.AsSpan(0, layout.Count).Clear();
        after.AsSpan(0, layout.Count).Clear();
    }

    private Rejection? Fill(
        ReadOnlySpan<byte> text, JsonTape tape, int[] places, RowImage image, (AttributeType Type, JsonSlice Value)[] delivered,
        ByteWriter scratch)
    {
        for (var index = 0; index < places.Length; index++)
        {
            ref readonly var member = ref tape.Outer[index];
            var column = places[index];
            var children = tape.ChildrenOf(member);
            if (!attributes.TryRead(text, children, scratch, out image.Values[column], out var type))
                return NotAValue(member.Start);
            delivered[column] = (type, children[0].Slice);
        }

        return null;
    }

    /// <summary>Sees to it that an attribute of both images is compared as what it is.</summary>
    private void Relate(ReadOnlySpan<byte> text, RowChange change)
    {
        var old = change.Before.Values;
        var now = change.After.Values;
        for (var column = 0; column < now.Length; column++)
        {
            var (type, value) = after[column];
            if (before[column].Type == AttributeType.None || type == AttributeType.None)
                continue;
            if (before[column].Type != type)
            {
                // The text "yv4=" and the bytes look the same, as do a set and a list.
                now[column] = now[column] with { Traits = now[column].Traits | ValueTraits.Retyped };
            }
            else if (type >= AttributeType.Map && attributes.AreSame(before[column].Value.Of(text), value.Of(text), type))
            {
                // Each keeps its own text; without the mark the order of a set would be a change.
                old[column] = old[column] with { Traits = old[column].Traits | ValueTraits.Alike };
                now[column] = now[column] with { Traits = now[column].Traits | ValueTraits.Alike };
            }
        }
    }

    /// <summary>Gives an image its extent, and the key's attributes that it lacks.</summary>
    private void Complete(ReadOnlySpan<byte> text, KeyShape key, ImageExtent extent, RowImage image, ByteWriter scratch)
    {
        image.Extent = extent;
        for (var index = 0; index < keyTape.Outer.Length; index++)
        {
            var column = Array.BinarySearch(image.Layout.Names, key.Shape.Names[index], StringComparer.Ordinal);
            if (column < 0 || image.Values[column].Kind != ValueKind.Absent)
                continue;
            // Not as it is in the key, where a number is a text. It was read there, so it is one.
            attributes.TryRead(text, keyTape.ChildrenOf(keyTape.Outer[index]), scratch, out image.Values[column], out _);
        }
    }
}

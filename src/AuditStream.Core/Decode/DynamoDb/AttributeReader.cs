using System.Buffers.Text;
using AuditStream.Core.Decode.Values;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.DynamoDb;

/// <summary>Reads attribute values, each an object of its type's name and the value, into plain JSON.</summary>
/// <remarks>
/// <code>
/// attribute value                              in an image          in a key
/// {"S":"a"}                                    "a"                  "a"
/// {"N":"1.50"}                                 1.50                 "1.50"
/// {"B":"yv4="}                                 "yv4="               "yv4="
/// {"BOOL":true}                                true
/// {"NULL":true}                                null
/// {"M":{"b":{"S":"x"},"a":{"N":"1"}}}          {"a":1,"b":"x"}
/// {"L":[{"N":"1"},{"NULL":true}]}              [1,null]
/// {"SS":["b","a"]}, {"NS":…}, {"BS":…}         ["b","a"]
/// </code>
/// <para>A set has no order of its own. It is written in that of its delivery, and put into one only to be compared. A number that is not in a
/// string, and null in place of a text, a number or bytes, are understood: tools write them.</para>
/// </remarks>
internal sealed class AttributeReader
{
    private readonly ValueConverter values = new();
    private readonly JsonTree tree = new();
    private readonly ByteWriter plain = new();
    private readonly ByteWriter unescaped = new();
    private readonly ByteWriter elements = new();
    private readonly ByteWriter compared = new();
    private readonly List<(int Start, int Length)> order = [];
    private bool isComparing;

    /// <summary>Reads a value of an image; false when it is none that DynamoDB has.</summary>
    /// <param name="text">The record's value.</param>
    /// <param name="members">The members of the attribute value's object.</param>
    /// <param name="scratch">Takes what must be converted.</param>
    /// <param name="value">Gets the value.</param>
    /// <param name="type">Gets its type.</param>
    public bool TryRead(
        ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members, ByteWriter scratch, out Value value, out AttributeType type)
    {
        value = Value.Null;
        type = members.Length == 1 ? TypeOf(members[0].NameOf(text)) : AttributeType.None;
        if (type == AttributeType.None)
            return false;
        var slice = members[0].Slice;
        switch (type)
        {
            case AttributeType.Null:
                return slice.Token == JsonToken.True;
            case AttributeType.Boolean:
                value = InPlace(slice.Start, slice.Length);
                return slice.Token is JsonToken.True or JsonToken.False;
            case AttributeType.Text or AttributeType.Number or AttributeType.Binary when slice.Token == JsonToken.Null:
                return true;
            case AttributeType.Text:
                return slice.Token == JsonToken.String && values.TryConvert(text, slice, schema: null, scratch, out value);
            case AttributeType.Number:
                var inner = slice.Token == JsonToken.String ? 1 : 0;
                value = InPlace(slice.Start + inner, slice.Length - 2 * inner);
                return IsNumber(text, slice);
            case AttributeType.Binary:
                return IsBytes(text, slice) && values.TryConvert(text, slice, schema: null, scratch, out value);
            default:
                return TryUnfold(slice.Of(text), type, scratch, out value);
        }
    }

    /// <summary>Reads a value of a key; false when it is none that a key can have.</summary>
    public bool TryReadKey(ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members, ByteWriter scratch, out Value value)
    {
        if (!TryRead(text, members, scratch, out value, out var type) || value.Kind != ValueKind.Known)
            return false;
        if (type == AttributeType.Number)
            value = RowKey.NumberString(text.Slice(value.Start, value.Length), scratch);
        return type is AttributeType.Text or AttributeType.Number or AttributeType.Binary;
    }

    /// <summary>True when two maps, lists or sets of one type are the same, whatever the order of the sets in them, and whatever zeros their
    /// numbers end with.</summary>
    public bool AreSame(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, AttributeType type)
    {
        compared.Clear();
        isComparing = true;
        var areRead = TryUnfold(left, type, compared, out var first) & TryUnfold(right, type, compared, out var second);
        isComparing = false;
        return areRead && first.Traits == second.Traits
            && compared.Written.Slice(first.Start, first.Length).SequenceEqual(compared.Written.Slice(second.Start, second.Length));
    }

    private static AttributeType TypeOf(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("S"u8) => AttributeType.Text,
        _ when name.SequenceEqual("N"u8) => AttributeType.Number,
        _ when name.SequenceEqual("B"u8) => AttributeType.Binary,
        _ when name.SequenceEqual("BOOL"u8) => AttributeType.Boolean,
        _ when name.SequenceEqual("NULL"u8) => AttributeType.Null,
        _ when name.SequenceEqual("M"u8) => AttributeType.Map,
        _ when name.SequenceEqual("L"u8) => AttributeType.List,
        _ when name.SequenceEqual("SS"u8) => AttributeType.TextSet,
        _ when name.SequenceEqual("NS"u8) => AttributeType.NumberSet,
        _ when name.SequenceEqual("BS"u8) => AttributeType.BinarySet,
        _ => AttributeType.None,
    };

    private static Value InPlace(int start, int length) => new(ValueKind.Known, ValueTraits.None, TextPlace.RecordValue, start, length);

    private static bool IsNumber(ReadOnlySpan<byte> text, in JsonSlice slice) => slice.Token switch
    {
        JsonToken.Number => true,
        JsonToken.String => NumberText.IsNumber(slice.ContentOf(text)),
        _ => false,
    };

    private bool IsBytes(ReadOnlySpan<byte> text, in JsonSlice slice)
    {
        if (slice.Token != JsonToken.String)
            return false;
        if (!slice.IsEscaped)
            return Base64.IsValid(slice.ContentOf(text));
        unescaped.Clear();
        return JsonText.Unescape(slice.ContentOf(text), unescaped) && Base64.IsValid(unescaped.Written);
    }

    /// <summary>Reads a map, a list or a set: first without the types, then as any JSON is made canonical.</summary>
    private bool TryUnfold(ReadOnlySpan<byte> text, AttributeType type, ByteWriter scratch, out Value value)
    {
        var fault = tree.ReadWhole(text, out _);
        if (fault == JsonFault.TooDeep)
        {
            var start = scratch.Length;
            JsonText.WriteBytesObject(text, scratch);
            value = new Value(ValueKind.Known, ValueTraits.Encoded, TextPlace.Scratch, start, scratch.Length - start);
            return true;
        }

        plain.Clear();
        value = Value.Null;
        if (fault != JsonFault.None || !TryWriteValue(text, 0, type))
            return false;
        var token = type == AttributeType.Map ? JsonToken.Object : JsonToken.Array;
        return values.TryCopy(plain.Written, new JsonSlice(0, plain.Length, token, JsonTextFlags.None), schema: null, scratch, out value);
    }

    private bool TryWriteAttribute(ReadOnlySpan<byte> text, int index)
    {
        ref readonly var node = ref tree.Nodes[index];
        if (node.Token != JsonToken.Object || node.Count != 1)
            return false;
        ref readonly var typed = ref tree.Nodes[index + 1];
        return TryWriteValue(text, index + 1, TypeOf(text.Slice(typed.NameStart, typed.NameLength)));
    }

    private bool TryWriteValue(ReadOnlySpan<byte> text, int index, AttributeType type)
    {
        var slice = tree.Nodes[index].Slice;
        switch (type)
        {
            case AttributeType.Map:
                return slice.Token == JsonToken.Object && TryWriteAll(text, index, isMap: true);
            case AttributeType.List:
                return slice.Token == JsonToken.Array && TryWriteAll(text, index, isMap: false);
            case AttributeType.TextSet or AttributeType.NumberSet or AttributeType.BinarySet:
                return slice.Token == JsonToken.Array && TryWriteSet(text, index, type);
            case AttributeType.Null:
                plain.Write("null"u8);
                return slice.Token == JsonToken.True;
            case AttributeType.Boolean:
                plain.Write(slice.Of(text));
                return slice.Token is JsonToken.True or JsonToken.False;
            case AttributeType.Text or AttributeType.Number or AttributeType.Binary when slice.Token == JsonToken.Null:
                plain.Write("null"u8);
                return true;
            case AttributeType.Number:
                WriteNumber(slice.Token == JsonToken.String ? slice.ContentOf(text) : slice.Of(text), plain);
                return IsNumber(text, slice);
            case AttributeType.Text or AttributeType.Binary:
                plain.Write(slice.Of(text));
                return type == AttributeType.Text ? slice.Token == JsonToken.String : IsBytes(text, slice);
            default:
                return false;
        }
    }

    private bool TryWriteAll(ReadOnlySpan<byte> text, int index, bool isMap)
    {
        plain.Write(isMap ? (byte)'{' : (byte)'[');
        var child = index + 1;
        for (var left = tree.Nodes[index].Count; left > 0; left--)
        {
            if (child != index + 1)
                plain.Write((byte)',');
            if (isMap)
            {
                plain.Write((byte)'"');
                plain.Write(text.Slice(tree.Nodes[child].NameStart, tree.Nodes[child].NameLength));
                plain.Write("\":"u8);
            }

            if (!TryWriteAttribute(text, child))
                return false;
            child = tree.Nodes[child].Next;
        }

        plain.Write(isMap ? (byte)'}' : (byte)']');
        return true;
    }

    private bool TryWriteSet(ReadOnlySpan<byte> text, int index, AttributeType type)
    {
        elements.Clear();
        order.Clear();
        var child = index + 1;
        for (var left = tree.Nodes[index].Count; left > 0; left--, child = tree.Nodes[child].Next)
        {
            var slice = tree.Nodes[child].Slice;
            var isOne = type switch
            {
                AttributeType.TextSet => slice.Token == JsonToken.String,
                AttributeType.NumberSet => IsNumber(text, slice),
                _ => IsBytes(text, slice),
            };
            if (!isOne)
                return false;
            var start = elements.Length;
            if (type == AttributeType.NumberSet)
                WriteNumber(slice.Token == JsonToken.Number ? slice.Of(text) : slice.ContentOf(text), elements);
            else if (!slice.IsEscaped)
                elements.Write(slice.ContentOf(text));
            else if (!JsonText.Canonicalize(slice.ContentOf(text), elements))
                WriteAsIs(slice.ContentOf(text), start);
            order.Add((start, elements.Length - start));
        }

        if (isComparing)
            order.Sort(Compare);
        plain.Write((byte)'[');
        for (var element = 0; element < order.Count; element++)
        {
            if (element > 0)
                plain.Write((byte)',');
            if (type != AttributeType.NumberSet)
                plain.Write((byte)'"');
            plain.Write(ElementOf(order[element]));
            if (type != AttributeType.NumberSet)
                plain.Write((byte)'"');
        }

        plain.Write((byte)']');
        return true;
    }

    private void WriteNumber(ReadOnlySpan<byte> number, ByteWriter output)
    {
        // An exponent is left alone: written out, a few bytes could become many.
        var hasZeros = isComparing && number.Contains((byte)'.') && !number.ContainsAny((byte)'e', (byte)'E');
        output.Write(hasZeros ? number.TrimEnd((byte)'0').TrimEnd((byte)'.') : number);
    }

    // It has no canonical form, so the whole value is going to be encoded.
    private void WriteAsIs(ReadOnlySpan<byte> content, int start)
    {
        elements.Truncate(start);
        elements.Write(content);
    }

    private ReadOnlySpan<byte> ElementOf((int Start, int Length) element) => elements.Written.Slice(element.Start, element.Length);

    private int Compare((int Start, int Length) left, (int Start, int Length) right) =>
        CodeUnitOrder.Compare(ElementOf(left), ElementOf(right));
}

using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Values;

/// <summary>Column values to <see cref="Value"/>: in place when the delivered text is canonical already, converted into scratch
/// otherwise.</summary>
internal sealed class ValueConverter
{
    private readonly ByteWriter plain = new();
    private readonly ScalarWriter scalars = new();
    private readonly NestedWriter nested;

    /// <summary>Makes a converter.</summary>
    public ValueConverter() => nested = new NestedWriter(scalars);

    /// <summary>Converts one value of the record's value; false when it does not fit its declared type.</summary>
    public bool TryConvert(ReadOnlySpan<byte> text, in JsonSlice slice, ConnectSchema? schema, ByteWriter scratch, out Value value)
    {
        if (slice.Token == JsonToken.Null)
        {
            value = Value.Null;
            return true;
        }

        if (StandsInPlace(text, slice, schema))
        {
            value = new Value(ValueKind.Known, ValueTraits.None, TextPlace.RecordValue, slice.Start, slice.Length);
            return true;
        }

        return TryCopy(text, slice, schema, scratch, out value);
    }

    /// <summary>Converts one value into scratch, whatever its form; false when it does not fit its declared type.</summary>
    public bool TryCopy(ReadOnlySpan<byte> text, in JsonSlice slice, ConnectSchema? schema, ByteWriter scratch, out Value value)
    {
        if (slice.Token == JsonToken.Null)
        {
            value = Value.Null;
            return true;
        }

        var start = scratch.Length;
        var status = slice.Token is JsonToken.Object or JsonToken.Array
            ? nested.Write(slice.Of(text), schema, scratch)
            : scalars.Write(text, slice, schema, scratch);
        var traits = ValueTraits.None;
        if (status == ConversionStatus.MustEncode)
        {
            scratch.Truncate(start);
            WriteEncoded(text, slice, scratch);
            traits = ValueTraits.Encoded;
        }

        value = new Value(ValueKind.Known, traits, TextPlace.Scratch, start, scratch.Length - start);
        return status != ConversionStatus.Invalid;
    }

    private void WriteEncoded(ReadOnlySpan<byte> text, in JsonSlice slice, ByteWriter scratch)
    {
        if (slice.Token != JsonToken.String)
        {
            JsonText.WriteBytesObject(slice.Of(text), scratch);
            return;
        }

        plain.Clear();
        JsonText.Unescape(slice.ContentOf(text), plain);
        JsonText.WriteBytesObject(plain.Written, scratch);
    }

    private static bool StandsInPlace(ReadOnlySpan<byte> text, in JsonSlice slice, ConnectSchema? schema)
    {
        switch (schema?.Coding ?? ValueCoding.Untyped)
        {
            case ValueCoding.Untyped:
                // An array of scalars needs no order.
                return slice.Token is JsonToken.Object or JsonToken.Array ? slice.Flags == JsonTextFlags.None : !slice.IsEscaped;
            case ValueCoding.Text:
                return slice.Token == JsonToken.String && !slice.IsEscaped;
            case ValueCoding.Boolean or ValueCoding.Int32 or ValueCoding.Float or ValueCoding.Bytes:
                return ScalarWriter.FitsInPlace(text, slice, schema);
            default:
                return false;
        }
    }
}

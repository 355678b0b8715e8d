using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium;

/// <summary>Tells values that a connector puts where the source gave none: null, the column's default, or its type's zero.</summary>
/// <remarks>A real value can look the same. So a filler proves nothing, and only what is none proves that the image is real.</remarks>
internal static class Fillers
{
    /// <summary>True when the value may be a filler.</summary>
    /// <param name="text">The record.</param>
    /// <param name="slice">The value.</param>
    /// <param name="schema">The column's schema; null without.</param>
    public static bool MayBe(ReadOnlySpan<byte> text, in JsonSlice slice, ConnectSchema? schema)
    {
        var value = slice.Of(text);
        if (schema?.Default is not null && value.SequenceEqual(schema.Default))
            return true;
        // The fillers of points, geometries and other structs are structs themselves, of an origin or of an empty collection.
        if (schema is { Type: ColumnType.Geometry or ColumnType.Struct })
            return true;
        return slice.Token switch
        {
            JsonToken.Null or JsonToken.False => true,
            JsonToken.Number => IsZero(value),
            JsonToken.String => IsZeroText(value[1..^1]),
            JsonToken.Array or JsonToken.Object => value.Length <= 2 || IsZeroStruct(value),
            _ => false,
        };
    }

    private static bool IsZero(ReadOnlySpan<byte> number)
    {
        foreach (var letter in number)
        {
            if (letter is >= (byte)'1' and <= (byte)'9')
                return false;
            if ((letter | 0x20) == 'e')
                return true;
        }

        return true;
    }

    private static bool IsZeroText(ReadOnlySpan<byte> content) => content.Length switch
    {
        0 => true,
        2 when content.SequenceEqual("{}"u8) || content.SequenceEqual("[]"u8) => true,
        9 when content.SequenceEqual("00:00:00Z"u8) => true,
        11 when content.SequenceEqual("1970-01-01Z"u8) => true,
        14 when content.SequenceEqual("P0Y0M0DT0H0M0S"u8) => true,
        15 or 16 when content.StartsWith("00:00:00."u8) => content.IndexOfAnyExcept("0:.Z"u8) < 0,
        36 when content.IndexOfAnyExcept((byte)'0', (byte)'-') < 0 => true,
        _ => IsEpoch(content) || IsZeroBase64(content) || IsZeroDecimal(content),
    };

    /// <summary>A decimal as text (<c>decimal.handling.mode=string</c>): <c>0</c>, <c>0.00</c>, with the scale of the column.</summary>
    private static bool IsZeroDecimal(ReadOnlySpan<byte> content) => NumberText.IsNumber(content) && IsZero(content);

    private static bool IsEpoch(ReadOnlySpan<byte> content) =>
        content.StartsWith("1970-01-01T00:00:00"u8) && content["1970-01-01T00:00:00".Length..].IndexOfAnyExcept("0.Z"u8) < 0;

    private static bool IsZeroBase64(ReadOnlySpan<byte> content) =>
        content.Length % 4 == 0 && content[0] == 'A' && content.IndexOfAnyExcept((byte)'A', (byte)'=') < 0;

    /// <summary>A variable-scale decimal of zero.</summary>
    private static bool IsZeroStruct(ReadOnlySpan<byte> value) =>
        value.SequenceEqual("{\"scale\":0,\"value\":\"AA==\"}"u8) || value.SequenceEqual("{\"value\":\"AA==\",\"scale\":0}"u8);
}

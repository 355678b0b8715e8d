using System.Buffers.Text;
using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Values;

/// <summary>Single values (all but arrays, maps and structs) to canonical JSON text by their declared type.</summary>
internal sealed class ScalarWriter
{
    private readonly ByteWriter plain = new();
    private readonly NestedWriter json = new(scalars: null);

    /// <summary>Writes one value that is not null.</summary>
    public ConversionStatus Write(ReadOnlySpan<byte> text, in JsonSlice slice, ConnectSchema? schema, ByteWriter output)
    {
        var coding = schema?.Coding ?? ValueCoding.Untyped;
        switch (coding)
        {
            case ValueCoding.Untyped:
                return WriteUntyped(text, slice, output);
            case ValueCoding.Boolean or ValueCoding.Int32 or ValueCoding.Float or ValueCoding.Bytes:
                if (!FitsInPlace(text, slice, schema))
                    return ConversionStatus.Invalid;
                output.Write(slice.Of(text));
                return ConversionStatus.Done;
            case ValueCoding.Int64 or (>= ValueCoding.DateDays and <= ValueCoding.TimestampNanoseconds)
                or ValueCoding.DurationMicroseconds or ValueCoding.DurationNanoseconds:
                return WriteCounted(text, slice, coding, output);
            case ValueCoding.NumberAsText or ValueCoding.BareNumber:
                return WriteNumber(text, slice, coding == ValueCoding.BareNumber, output);
            case ValueCoding.Decimal when slice.Token == JsonToken.Number:
                return WriteNumberString(slice.Of(text), output);
        }

        if (slice.Token != JsonToken.String)
            return ConversionStatus.Invalid;
        if (coding == ValueCoding.Text)
            return WriteUntyped(text, slice, output);
        var content = slice.ContentOf(text);
        if (slice.IsEscaped)
        {
            plain.Clear();
            // U+0000 is a byte like any other.
            if (!JsonText.Unescape(content, plain) && coding != ValueCoding.Latin1Bytes)
                return coding == ValueCoding.Json ? ConversionStatus.MustEncode : ConversionStatus.Invalid;
            content = plain.Written;
        }

        return coding == ValueCoding.Json ? WriteJson(content, output) : WriteText(content, coding, schema, output);
    }

    /// <summary>True when the value fits a type whose delivered text is canonical already.</summary>
    public static bool FitsInPlace(ReadOnlySpan<byte> text, in JsonSlice slice, ConnectSchema? schema) => schema?.Coding switch
    {
        ValueCoding.Boolean => slice.Token is JsonToken.True or JsonToken.False,
        ValueCoding.Int32 => slice.Token == JsonToken.Number && IsInteger(slice.Of(text), schema.Minimum, schema.Maximum),
        ValueCoding.Float => slice.Token == JsonToken.Number || (slice.Token == JsonToken.String && IsNotANumber(slice.ContentOf(text))),
        ValueCoding.Bytes => slice.Token == JsonToken.String && Base64.IsValid(slice.ContentOf(text)),
        _ => false,
    };

    private static ConversionStatus WriteUntyped(ReadOnlySpan<byte> text, in JsonSlice slice, ByteWriter output)
    {
        if (slice.Token != JsonToken.String || !slice.IsEscaped)
        {
            output.Write(slice.Of(text));
            return ConversionStatus.Done;
        }

        output.Write((byte)'"');
        if (!JsonText.Canonicalize(slice.ContentOf(text), output))
            return ConversionStatus.MustEncode;
        output.Write((byte)'"');
        return ConversionStatus.Done;
    }

    private static ConversionStatus WriteCounted(ReadOnlySpan<byte> text, in JsonSlice slice, ValueCoding coding, ByteWriter output)
    {
        var digits = slice.Of(text);
        if (slice.Token != JsonToken.Number || !Utf8Parser.TryParse(digits, out long value, out var used) || used != digits.Length)
            return ConversionStatus.Invalid;
        switch (coding)
        {
            case ValueCoding.Int64:
                output.Write((byte)'"');
                output.Write(digits);
                output.Write((byte)'"');
                break;
            case ValueCoding.DateDays:
                if (value != (int)value)
                    return ConversionStatus.Invalid;
                TemporalWriter.Date(value, output);
                break;
            case ValueCoding.TimeMilliseconds or ValueCoding.TimeMicroseconds or ValueCoding.TimeNanoseconds:
                TemporalWriter.Time(value, UnitsPerSecond(coding - ValueCoding.TimeMilliseconds), output);
                break;
            case ValueCoding.DurationMicroseconds or ValueCoding.DurationNanoseconds:
                TemporalWriter.Duration(value, UnitsPerSecond(coding - ValueCoding.DurationMicroseconds + 1), output);
                break;
            default:
                TemporalWriter.Timestamp(value, UnitsPerSecond(coding - ValueCoding.TimestampMilliseconds), output);
                break;
        }

        return ConversionStatus.Done;
    }

    private static ConversionStatus WriteText(ReadOnlySpan<byte> content, ValueCoding coding, ConnectSchema? schema, ByteWriter output)
    {
        var done = coding switch
        {
            ValueCoding.Decimal => DecimalWriter.TryWrite(content, schema?.Scale ?? 0, output),
            ValueCoding.Bits => BitsWriter.TryWrite(content, schema?.Length ?? 0, output),
            ValueCoding.ZonedTimestamp => ZonedText.TryTimestamp(content, output),
            ValueCoding.ZonedTime => ZonedText.TryTime(content, output),
            ValueCoding.IsoText => TryIsoText(content, output),
            ValueCoding.HexBytes => BytesWriter.TryHex(content, output),
            ValueCoding.Latin1Bytes => BytesWriter.TryLatin1(content, output),
            _ => false,
        };
        return done ? ConversionStatus.Done : ConversionStatus.Invalid;
    }

    private ConversionStatus WriteJson(ReadOnlySpan<byte> content, ByteWriter output) => json.Write(content, schema: null, output);

    private static ConversionStatus WriteNumberString(ReadOnlySpan<byte> number, ByteWriter output)
    {
        output.Write((byte)'"');
        if (!NumberText.TryWritePlain(number, output))
            return ConversionStatus.Invalid;
        output.Write((byte)'"');
        return ConversionStatus.Done;
    }

    private static ConversionStatus WriteNumber(ReadOnlySpan<byte> text, in JsonSlice slice, bool bare, ByteWriter output)
    {
        if (slice.Token is not (JsonToken.Number or JsonToken.String))
            return ConversionStatus.Invalid;
        var content = slice.Token == JsonToken.String ? slice.ContentOf(text) : slice.Of(text);
        if (slice.Token == JsonToken.String && !NumberText.IsNumber(content))
            return WriteUntyped(text, slice, output);
        if (!bare)
            output.Write((byte)'"');
        output.Write(content);
        if (!bare)
            output.Write((byte)'"');
        return ConversionStatus.Done;
    }

    private static bool TryIsoText(ReadOnlySpan<byte> content, ByteWriter output)
    {
        if (content.EndsWith("Z"u8))
            content = content[..^1];
        output.Write((byte)'"');
        JsonText.Escape(content, output);
        output.Write((byte)'"');
        return true;
    }

    private static long UnitsPerSecond(int step) => step switch { 0 => 1_000, 1 => 1_000_000, _ => 1_000_000_000 };

    private static bool IsInteger(ReadOnlySpan<byte> digits, int minimum, int maximum) =>
        Utf8Parser.TryParse(digits, out int value, out var used) && used == digits.Length && value >= minimum && value <= maximum;

    private static bool IsNotANumber(ReadOnlySpan<byte> content) =>
        content.SequenceEqual("NaN"u8) || content.SequenceEqual("Infinity"u8) || content.SequenceEqual("-Infinity"u8);
}

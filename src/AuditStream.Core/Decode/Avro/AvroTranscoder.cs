using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text.Unicode;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Avro;

/// <summary>Writes an Avro datum as the JSON text that Connect's <c>JsonConverter</c> would have made of the same value: bytes as base64,
/// dates, times and decimals in their counted and unscaled forms.</summary>
/// <remarks>
/// <para>So that one pipeline reads all framings: with the schema's Connect form beside it, the text is read like any record with a schema.
/// One pass, without garbage in steady state. Members have no blanks between them and stand in the schema's order.</para>
/// <para>What Connect has no form for: a value of a union of several types is an object of one member, named like the branch:
/// <c>{"long":5}</c>.</para>
/// <para>Nothing is allocated by a length that the bytes name: lengths are compared with what is left, and the text has a limit.</para>
/// </remarks>
internal sealed class AvroTranscoder
{
    /// <summary>How deep a datum may be, in values.</summary>
    public const int MaxDatumDepth = 256;

    /// <summary>The longest text made of a datum, in bytes.</summary>
    public const int MaxTextBytes = 32 * 1024 * 1024;

    /// <summary>How many elements of no bytes (nulls, empty records) a datum may have in its arrays: nothing else bounds them.</summary>
    public const int MaxEmptyElements = 65_536;

    private ByteWriter output = new(capacity: 16);
    private Rejection? rejection;
    private int wantedText;
    private int foundAt;
    private int emptyElements;

    /// <summary>Writes a datum; null when it is one, to its last byte.</summary>
    /// <param name="bytes">The record.</param>
    /// <param name="start">Where the datum begins in it.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="text">Takes the text.</param>
    public Rejection? Write(ReadOnlySpan<byte> bytes, int start, AvroSchema schema, ByteWriter text) =>
        Run(bytes, start, schema, text, wanted: int.MaxValue);

    /// <summary>The place in the record of the value that stands at a place of the text; where the datum begins when there is none.</summary>
    public int Locate(ReadOnlySpan<byte> bytes, int start, AvroSchema schema, int textPosition, ByteWriter text)
    {
        Run(bytes, start, schema, text, textPosition);
        return foundAt < 0 ? start : foundAt;
    }

    private Rejection? Run(ReadOnlySpan<byte> bytes, int start, AvroSchema schema, ByteWriter text, int wanted)
    {
        text.Clear();
        (output, rejection, wantedText, foundAt, emptyElements) = (text, null, wanted, -1, 0);
        var position = start;
        if (Value(bytes, ref position, schema, depth: 0) && position != bytes.Length)
            Fail(RejectionCode.MalformedAvro, "Something follows the Avro datum.", position);
        return rejection;
    }

    private bool Value(ReadOnlySpan<byte> bytes, ref int position, AvroSchema schema, int depth)
    {
        if (output.Length >= wantedText && foundAt < 0)
            foundAt = position;
        if (depth > MaxDatumDepth)
            return Fail(RejectionCode.TooDeep, "The Avro datum is nested deeper than the limit.", position);
        if (output.Length > MaxTextBytes)
            return Fail(RejectionCode.TooLarge, $"The Avro datum becomes a text of more than {MaxTextBytes} bytes.", position);
        switch (schema.Kind)
        {
            case AvroKind.Null:
                output.Write("null"u8);
                return true;
            case AvroKind.Array:
                return Blocks(bytes, ref position, schema, depth, '[', ']');
            case AvroKind.Map:
                return Blocks(bytes, ref position, schema, depth, '{', '}');
            case AvroKind.Record:
                return Record(bytes, ref position, schema, depth);
            case AvroKind.Union:
                return Union(bytes, ref position, schema, depth);
            default:
                return Scalar(bytes, ref position, schema);
        }
    }

    private bool Scalar(ReadOnlySpan<byte> bytes, ref int position, AvroSchema schema)
    {
        switch (schema.Kind)
        {
            case AvroKind.Boolean:
                return Boolean(bytes, ref position);
            case AvroKind.Int or AvroKind.Long:
                return Integer(bytes, ref position, schema.Kind == AvroKind.Int);
            case AvroKind.Float:
                if (!Take(bytes, ref position, sizeof(float), out var four))
                    return false;
                FloatText.Write(BinaryPrimitives.ReadSingleLittleEndian(four), output);
                return true;
            case AvroKind.Double:
                if (!Take(bytes, ref position, sizeof(double), out var eight))
                    return false;
                FloatText.Write(BinaryPrimitives.ReadDoubleLittleEndian(eight), output);
                return true;
            case AvroKind.Fixed:
                if (!Take(bytes, ref position, schema.Size, out var content))
                    return false;
                WriteBase64(content);
                return true;
            case AvroKind.Bytes:
                if (!TakeSized(bytes, ref position, out content))
                    return false;
                WriteBase64(content);
                return true;
            case AvroKind.String:
                return Text(bytes, ref position);
            default:
                return Symbol(bytes, ref position, schema);
        }
    }

    private bool Boolean(ReadOnlySpan<byte> bytes, ref int position)
    {
        if (!Take(bytes, ref position, 1, out var one))
            return false;
        if (one[0] > 1)
            return Fail(RejectionCode.MalformedAvro, "A boolean is neither 0 nor 1.", position - 1);
        output.Write(one[0] == 1 ? "true"u8 : "false"u8);
        return true;
    }

    private bool Integer(ReadOnlySpan<byte> bytes, ref int position, bool isInt)
    {
        var start = position;
        if (!Number(bytes, ref position, out var value))
            return false;
        if (isInt && value != (int)value)
            return Fail(RejectionCode.MalformedAvro, "An int has more than 32 bits.", start);
        Utf8Formatter.TryFormat(value, output.GetSpan(20), out var written);
        output.Advance(written);
        return true;
    }

    private bool Text(ReadOnlySpan<byte> bytes, ref int position)
    {
        if (!TakeSized(bytes, ref position, out var content))
            return false;
        if (!Utf8.IsValid(content))
            return Fail(RejectionCode.InvalidUtf8, "A string's bytes are not UTF-8.", position - content.Length);
        output.Write((byte)'"');
        JsonText.Escape(content, output);
        output.Write((byte)'"');
        return true;
    }

    private bool Symbol(ReadOnlySpan<byte> bytes, ref int position, AvroSchema schema)
    {
        var start = position;
        if (!Number(bytes, ref position, out var number))
            return false;
        if ((ulong)number >= (ulong)schema.Tokens.Length)
            return Fail(RejectionCode.MalformedAvro, $"Enum {schema.Name} has no symbol of this number.", start);
        output.Write(schema.Tokens[number]);
        return true;
    }

    private bool Record(ReadOnlySpan<byte> bytes, ref int position, AvroSchema schema, int depth)
    {
        output.Write((byte)'{');
        for (var field = 0; field < schema.Children.Length; field++)
        {
            output.Write(schema.Tokens[field]);
            if (!Value(bytes, ref position, schema.Children[field], depth + 1))
                return false;
        }

        output.Write((byte)'}');
        return true;
    }

    private bool Union(ReadOnlySpan<byte> bytes, ref int position, AvroSchema schema, int depth)
    {
        var start = position;
        if (!Number(bytes, ref position, out var number))
            return false;
        if ((ulong)number >= (ulong)schema.Children.Length)
            return Fail(RejectionCode.MalformedAvro, "A union has no branch of this number.", start);
        var branch = schema.Children[number];
        if (!schema.IsTagged || branch.Kind == AvroKind.Null)
            return Value(bytes, ref position, branch, depth + 1);
        output.Write(schema.Tokens[number]);
        if (!Value(bytes, ref position, branch, depth + 1))
            return false;
        output.Write((byte)'}');
        return true;
    }

    /// <summary>An array or a map: blocks, each behind the count of its entries, until one of none. A negative count is followed by the
    /// block's length in bytes, which only those need who pass over it.</summary>
    private bool Blocks(ReadOnlySpan<byte> bytes, ref int position, AvroSchema schema, int depth, char open, char close)
    {
        output.Write((byte)open);
        var isFirst = true;
        while (true)
        {
            var start = position;
            if (!Number(bytes, ref position, out var count))
                return false;
            if (count == 0)
                break;
            if (count < 0 && !Number(bytes, ref position, out _))
                return false;
            if (count == long.MinValue)
                return Fail(RejectionCode.MalformedAvro, "A block's count is out of range.", start);
            for (var left = Math.Abs(count); left > 0; left--)
            {
                if (!isFirst)
                    output.Write((byte)',');
                isFirst = false;
                var before = position;
                if (!Entry(bytes, ref position, schema, depth))
                    return false;
                if (position == before && ++emptyElements > MaxEmptyElements)
                    return Fail(RejectionCode.TooLarge, $"The Avro datum has more than {MaxEmptyElements} elements of no bytes.", start);
            }
        }

        output.Write((byte)close);
        return true;
    }

    private bool Entry(ReadOnlySpan<byte> bytes, ref int position, AvroSchema schema, int depth)
    {
        var item = schema.Children[0];
        if (schema.IsPairs)
        {
            output.Write((byte)'[');
            if (!Value(bytes, ref position, item.Children[0], depth + 1))
                return false;
            output.Write((byte)',');
            if (!Value(bytes, ref position, item.Children[1], depth + 1))
                return false;
            output.Write((byte)']');
            return true;
        }

        if (schema.Kind == AvroKind.Map)
        {
            if (!Text(bytes, ref position))
                return false;
            output.Write((byte)':');
        }

        return Value(bytes, ref position, item, depth + 1);
    }

    private void WriteBase64(ReadOnlySpan<byte> content)
    {
        output.Write((byte)'"');
        var room = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(content.Length));
        Base64.EncodeToUtf8(content, room, out _, out var written);
        output.Advance(written);
        output.Write((byte)'"');
    }

    private bool TakeSized(ReadOnlySpan<byte> bytes, ref int position, out ReadOnlySpan<byte> content)
    {
        content = default;
        var start = position;
        if (!Number(bytes, ref position, out var length))
            return false;
        return length is >= 0 and <= int.MaxValue
            ? Take(bytes, ref position, (int)length, out content)
            : Fail(RejectionCode.MalformedAvro, "A length is out of range.", start);
    }

    private bool Take(ReadOnlySpan<byte> bytes, ref int position, int length, out ReadOnlySpan<byte> content)
    {
        if (bytes.Length - position < length)
        {
            content = default;
            return Fail(RejectionCode.TruncatedAvro, "The Avro datum ends in the middle.", bytes.Length);
        }

        content = bytes.Slice(position, length);
        position += length;
        return true;
    }

    /// <summary>A number of up to 64 bits: seven bits a byte, the lowest first, its sign in the lowest bit.</summary>
    private bool Number(ReadOnlySpan<byte> bytes, ref int position, out long value)
    {
        ulong bits = 0;
        value = 0;
        for (var shift = 0; position + (shift / 7) < bytes.Length; shift += 7)
        {
            var next = bytes[position + (shift / 7)];
            if (shift == 63 && next > 1)
                return Fail(RejectionCode.MalformedAvro, "A number has more than 64 bits.", position);
            bits |= (ulong)(next & 0x7F) << shift;
            if (next >= 0x80)
                continue;
            position += (shift / 7) + 1;
            value = (long)(bits >> 1) ^ -(long)(bits & 1);
            return true;
        }

        return Fail(RejectionCode.TruncatedAvro, "The Avro datum ends in the middle.", bytes.Length);
    }

    private bool Fail(RejectionCode code, string message, int position)
    {
        rejection = new Rejection(code, message, position);
        return false;
    }
}

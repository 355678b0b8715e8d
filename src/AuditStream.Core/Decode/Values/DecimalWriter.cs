using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Numerics;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Values;

/// <summary>Connect's decimals to plain digits, exactly.</summary>
/// <remarks>The unscaled value is a big-endian two's complement of any length: <c>01 F3</c> (base64 <c>AfM=</c>) with scale 2 is
/// 4.99.</remarks>
internal static class DecimalWriter
{
    /// <summary>The longest unscaled value, in bytes: 157,000 digits; PostgreSQL's numeric has 147,455 at most.</summary>
    public const int MaxUnscaledBytes = 65_536;

    /// <summary>Writes a decimal as a JSON string with its quotes; false when the text is no base64 of a number within the limits.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> base64, int scale, ByteWriter output)
    {
        if (base64.Length > MaxUnscaledBytes * 4 / 3 || Math.Abs((long)scale) > Connect.ConnectSchemaParser.MaxScale)
            return false;
        byte[]? rented = null;
        var room = base64.Length <= 64 ? stackalloc byte[64] : rented = ArrayPool<byte>.Shared.Rent(base64.Length);
        var done = Base64.DecodeFromUtf8(base64, room, out _, out var length) == OperationStatus.Done;
        if (done)
            WriteNumber(room[..length], scale, output);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return done;
    }

    private static void WriteNumber(ReadOnlySpan<byte> unscaled, int scale, ByteWriter output)
    {
        output.Write((byte)'"');
        if (unscaled.Length <= 8)
        {
            Span<byte> eight = stackalloc byte[8];
            eight.Fill(unscaled.Length > 0 && unscaled[0] >= 0x80 ? (byte)0xFF : (byte)0);
            unscaled.CopyTo(eight[(8 - unscaled.Length)..]);
            var value = BinaryPrimitives.ReadInt64BigEndian(eight);
            Span<byte> digits = stackalloc byte[20];
            Utf8Formatter.TryFormat(value < 0 ? (ulong)-value : (ulong)value, digits, out var count);
            WritePlaced(digits[..count], value < 0, scale, output);
        }
        else
        {
            var value = new BigInteger(unscaled, isUnsigned: false, isBigEndian: true);
            var text = BigInteger.Abs(value).ToString(System.Globalization.CultureInfo.InvariantCulture);
            WritePlaced(System.Text.Encoding.ASCII.GetBytes(text), value.Sign < 0, scale, output);
        }

        output.Write((byte)'"');
    }

    private static void WritePlaced(ReadOnlySpan<byte> digits, bool negative, int scale, ByteWriter output)
    {
        if (negative)
            output.Write((byte)'-');
        if (scale <= 0)
        {
            output.Write(digits);
            if (digits is not [(byte)'0'])
                WriteZeros(-scale, output);
            return;
        }

        var whole = digits.Length - scale;
        if (whole <= 0)
        {
            output.Write("0."u8);
            WriteZeros(-whole, output);
            output.Write(digits);
            return;
        }

        output.Write(digits[..whole]);
        output.Write((byte)'.');
        output.Write(digits[whole..]);
    }

    private static void WriteZeros(int count, ByteWriter output)
    {
        output.GetSpan(count + 1)[..count].Fill((byte)'0');
        output.Advance(count);
    }
}

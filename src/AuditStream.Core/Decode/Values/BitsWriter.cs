using System.Buffers;
using System.Buffers.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Values;

/// <summary>Debezium's bit strings, base64 of little-endian bytes, to a string of 0 and 1 with the highest bit first.</summary>
/// <remarks><c>AQI=</c> (01 02) of <c>bit(10)</c> is 1000000001. Zeros at the end are left out on the wire, all of them in the
/// extreme.</remarks>
internal static class BitsWriter
{
    /// <summary>The longest declared length that is filled up with zeros, in bits; above it (an unlimited type) the wire's bytes
    /// count.</summary>
    public const int MaxPaddedBits = 65_536;

    /// <summary>Writes the bits with quotes; false when the text is no base64, or has a bit set past the declared length.</summary>
    public static bool TryWrite(ReadOnlySpan<byte> base64, int length, ByteWriter output)
    {
        var rented = ArrayPool<byte>.Shared.Rent(base64.Length);
        var done = Base64.DecodeFromUtf8(base64, rented, out _, out var count) == OperationStatus.Done
            && TryWriteBits(rented.AsSpan(0, count), length, output);
        ArrayPool<byte>.Shared.Return(rented);
        return done;
    }

    private static bool TryWriteBits(ReadOnlySpan<byte> bytes, int length, ByteWriter output)
    {
        var bits = length is > 0 and <= MaxPaddedBits ? length : 8 * bytes.Length;
        for (var bit = bits; bit < 8 * bytes.Length; bit++)
        {
            if ((bytes[bit >> 3] & (1 << (bit & 7))) != 0)
                return false;
        }

        output.Write((byte)'"');
        var room = output.GetSpan(bits + 1);
        for (var bit = 0; bit < bits; bit++)
        {
            var set = bit < 8 * bytes.Length && (bytes[bit >> 3] & (1 << (bit & 7))) != 0;
            room[bits - 1 - bit] = set ? (byte)'1' : (byte)'0';
        }

        output.Advance(bits);
        output.Write((byte)'"');
        return true;
    }
}

using System.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Packed;

/// <summary>Writes numbers and texts in the packed form that <see cref="PackedReader"/> reads.</summary>
/// <remarks>
/// <code>
/// what            bytes                                                        worked bytes
/// number          7 bits a byte, lowest first; the highest bit says: more      300 -> ac 02
/// signed number   zigzag, then as a number                                     -1  -> 01
/// blob            its length as a number, then the bytes                       "ab" -> 02 61 62
/// text or null    its length + 1 as a number, then UTF-8; null is 0            "ab" -> 03 61 62
/// </code>
/// </remarks>
internal static class PackedWriting
{
    /// <summary>The most bytes of a number.</summary>
    public const int MaxNumberBytes = 10;

    /// <summary>Appends a number.</summary>
    public static void WriteNumber(this ByteWriter to, ulong number)
    {
        var room = to.GetSpan(MaxNumberBytes);
        var length = 0;
        for (; number > 0x7F; number >>= 7)
            room[length++] = (byte)(number | 0x80);
        room[length++] = (byte)number;
        to.Advance(length);
    }

    /// <summary>Appends a signed number.</summary>
    public static void WriteSigned(this ByteWriter to, long number) => to.WriteNumber((ulong)((number << 1) ^ (number >> 63)));

    /// <summary>Appends a blob.</summary>
    public static void WriteBlob(this ByteWriter to, ReadOnlySpan<byte> bytes)
    {
        to.WriteNumber((ulong)bytes.Length);
        to.Write(bytes);
    }

    /// <summary>Appends a text or null.</summary>
    public static void WriteText(this ByteWriter to, string? text)
    {
        if (text is null)
        {
            to.Write(0);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        to.WriteNumber((ulong)length + 1);
        to.Advance(Encoding.UTF8.GetBytes(text, to.GetSpan(length)));
    }
}

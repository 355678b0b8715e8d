using System.Buffers;
using System.Buffers.Text;
using System.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Values;

/// <summary>Bytes that a source writes as text, to canonical base64 strings.</summary>
internal static class BytesWriter
{
    /// <summary>Writes bytes from pairs of hexadecimal digits; false when the text is none.</summary>
    public static bool TryHex(ReadOnlySpan<byte> digits, ByteWriter output)
    {
        if (digits.Length % 2 != 0)
            return false;
        var bytes = ArrayPool<byte>.Shared.Rent(digits.Length / 2);
        var isHex = Convert.FromHexString(digits, bytes, out _, out var count) == OperationStatus.Done;
        if (isHex)
            Write(bytes.AsSpan(0, count), output);
        ArrayPool<byte>.Shared.Return(bytes);
        return isHex;
    }

    /// <summary>Writes bytes from the characters of the same numbers; false when there is one beyond U+00FF.</summary>
    public static bool TryLatin1(ReadOnlySpan<byte> text, ByteWriter output)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(text.Length);
        var count = 0;
        var isLatin1 = true;
        while (isLatin1 && !text.IsEmpty)
        {
            isLatin1 = Rune.DecodeFromUtf8(text, out var character, out var used) == OperationStatus.Done && character.Value <= byte.MaxValue;
            bytes[count++] = (byte)character.Value;
            text = text[used..];
        }

        if (isLatin1)
            Write(bytes.AsSpan(0, count), output);
        ArrayPool<byte>.Shared.Return(bytes);
        return isLatin1;
    }

    private static void Write(ReadOnlySpan<byte> bytes, ByteWriter output)
    {
        output.Write((byte)'"');
        var room = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        Base64.EncodeToUtf8(bytes, room, out _, out var written);
        output.Advance(written);
        output.Write((byte)'"');
    }
}

using System.Buffers;
using System.Buffers.Text;
using System.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Avro;

/// <summary>Bytes as Avro writes them in JSON: text with one character of U+0000 to U+00FF a byte.</summary>
internal static class LatinBytes
{
    /// <summary>Writes them as a string of base64; false when a character stands for no byte.</summary>
    /// <param name="content">The text's content in UTF-8.</param>
    /// <param name="output">Takes the string.</param>
    public static bool TryWrite(ReadOnlySpan<byte> content, ByteWriter output)
    {
        var bytes = new byte[content.Length];
        var count = 0;
        for (var rest = content; !rest.IsEmpty; count++)
        {
            if (Rune.DecodeFromUtf8(rest, out var rune, out var used) != OperationStatus.Done || rune.Value > 0xFF)
                return false;
            bytes[count] = (byte)rune.Value;
            rest = rest[used..];
        }

        output.Write((byte)'"');
        var room = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(count));
        Base64.EncodeToUtf8(bytes.AsSpan(0, count), room, out _, out var written);
        output.Advance(written);
        output.Write((byte)'"');
        return true;
    }

    /// <summary>How many bytes a text stands for.</summary>
    public static int Count(ReadOnlySpan<byte> content)
    {
        var count = 0;
        foreach (var unit in content)
            count += (unit & 0xC0) == 0x80 ? 0 : 1;
        return count;
    }
}

using AuditStream.Core.Json;

namespace AuditStream.Core.Emit;

/// <summary>Writes Avro's numbers and strings.</summary>
internal static class AvroText
{
    /// <summary>A number: seven bits a byte, the lowest first, its sign in the lowest bit.</summary>
    public static void WriteLong(ByteWriter to, long value)
    {
        var bits = (ulong)((value << 1) ^ (value >> 63));
        for (; bits > 0x7F; bits >>= 7)
            to.Write((byte)(bits | 0x80));
        to.Write((byte)bits);
    }

    /// <summary>A string, given as its UTF-8.</summary>
    public static void WriteString(ByteWriter to, ReadOnlySpan<byte> text)
    {
        WriteLong(to, text.Length);
        to.Write(text);
    }

    /// <summary>A string, given as the content of a canonical JSON string.</summary>
    /// <param name="to">Takes it.</param>
    /// <param name="content">What stands between the quotes.</param>
    /// <param name="scratch">Of use inside of this call only.</param>
    public static void WriteContent(ByteWriter to, ReadOnlySpan<byte> content, ByteWriter scratch)
    {
        if (!content.Contains((byte)'\\'))
        {
            WriteString(to, content);
            return;
        }
        scratch.Clear();
        JsonText.Unescape(content, scratch);
        WriteString(to, scratch.Written);
    }
}

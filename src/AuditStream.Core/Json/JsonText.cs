using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace AuditStream.Core.Json;

/// <summary>JSON strings: their content, and their canonical form (RFC 8785: only what must be escaped is, in the shortest way).</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> MustEscape =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(value => (byte)value), (byte)'"', (byte)'\\']);

    /// <summary>Writes a string's content without escapes. A lone surrogate becomes its three bytes in generalised UTF-8.</summary>
    /// <param name="content">Between the quotes, as written; well-formed.</param>
    /// <param name="output">Takes the bytes.</param>
    /// <returns>False when there is a U+0000 or a lone surrogate in it.</returns>
    public static bool Unescape(ReadOnlySpan<byte> content, ByteWriter output)
    {
        var clean = true;
        var rest = content;
        while (true)
        {
            var run = rest.IndexOf((byte)'\\');
            if (run < 0)
            {
                output.Write(rest);
                return clean;
            }

            output.Write(rest[..run]);
            rest = rest[run..];
            var value = ReadEscape(ref rest);
            clean &= value != 0 && !char.IsSurrogate((char)Math.Min(value, 0xFFFF));
            WriteCodePoint(value, output);
        }
    }

    /// <summary>Writes a string's content in canonical form, without quotes.</summary>
    /// <returns>False when there is a U+0000 or a lone surrogate in it; what is written then is of no use.</returns>
    public static bool Canonicalize(ReadOnlySpan<byte> content, ByteWriter output)
    {
        var rest = content;
        while (true)
        {
            var run = rest.IndexOf((byte)'\\');
            if (run < 0)
            {
                output.Write(rest);
                return true;
            }

            output.Write(rest[..run]);
            rest = rest[run..];
            var value = ReadEscape(ref rest);
            if (value == 0 || value is >= 0xD800 and <= 0xDFFF)
                return false;
            if (value < 0x20 || value is '"' or '\\')
                WriteEscape((byte)value, output);
            else
                WriteCodePoint(value, output);
        }
    }

    /// <summary>Writes text as the content of a canonical string, without quotes.</summary>
    public static void Escape(ReadOnlySpan<byte> text, ByteWriter output)
    {
        var rest = text;
        while (true)
        {
            var run = rest.IndexOfAny(MustEscape);
            if (run < 0)
            {
                output.Write(rest);
                return;
            }

            output.Write(rest[..run]);
            WriteEscape(rest[run], output);
            rest = rest[(run + 1)..];
        }
    }

    /// <summary>Writes text as a canonical string with its quotes.</summary>
    public static byte[] Quote(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        if (utf8.AsSpan().IndexOfAny(MustEscape) < 0)
            return [(byte)'"', .. utf8, (byte)'"'];
        var output = new ByteWriter(utf8.Length + 8);
        output.Write((byte)'"');
        Escape(utf8, output);
        output.Write((byte)'"');
        return output.Written.ToArray();
    }

    /// <summary>Writes <c>{"$bytes":"…"}</c> with these bytes in base64.</summary>
    public static void WriteBytesObject(ReadOnlySpan<byte> bytes, ByteWriter output)
    {
        output.Write("{\"$bytes\":\""u8);
        var room = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        Base64.EncodeToUtf8(bytes, room, out _, out var written);
        output.Advance(written);
        output.Write("\"}"u8);
    }

    /// <summary>Reads the escape at the start, two joined when they are a pair of surrogates, and goes behind it.</summary>
    private static int ReadEscape(ref ReadOnlySpan<byte> rest)
    {
        var kind = rest[1];
        if (kind != 'u')
        {
            rest = rest[2..];
            return kind switch
            {
                (byte)'b' => 8,
                (byte)'f' => 12,
                (byte)'n' => 10,
                (byte)'r' => 13,
                (byte)'t' => 9,
                _ => kind,
            };
        }

        var unit = ReadHex(rest.Slice(2, 4));
        rest = rest[6..];
        if (unit is < 0xD800 or > 0xDBFF || rest.Length < 6 || rest[0] != '\\' || rest[1] != 'u')
            return unit;
        var low = ReadHex(rest.Slice(2, 4));
        if (low is < 0xDC00 or > 0xDFFF)
            return unit;
        rest = rest[6..];
        return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }

    private static int ReadHex(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits)
            value = (value << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        return value;
    }

    private static void WriteCodePoint(int value, ByteWriter output)
    {
        var room = output.GetSpan(4);
        int length;
        if (value < 0x80)
        {
            room[0] = (byte)value;
            length = 1;
        }
        else if (value < 0x800)
        {
            room[0] = (byte)(0xC0 | (value >> 6));
            room[1] = (byte)(0x80 | (value & 0x3F));
            length = 2;
        }
        else if (value < 0x10000)
        {
            room[0] = (byte)(0xE0 | (value >> 12));
            room[1] = (byte)(0x80 | ((value >> 6) & 0x3F));
            room[2] = (byte)(0x80 | (value & 0x3F));
            length = 3;
        }
        else
        {
            room[0] = (byte)(0xF0 | (value >> 18));
            room[1] = (byte)(0x80 | ((value >> 12) & 0x3F));
            room[2] = (byte)(0x80 | ((value >> 6) & 0x3F));
            room[3] = (byte)(0x80 | (value & 0x3F));
            length = 4;
        }

        output.Advance(length);
    }

    private static void WriteEscape(byte value, ByteWriter output)
    {
        var letter = value switch
        {
            (byte)'"' => '"',
            (byte)'\\' => '\\',
            8 => 'b',
            12 => 'f',
            10 => 'n',
            13 => 'r',
            9 => 't',
            _ => 'u',
        };
        output.Write((byte)'\\');
        output.Write((byte)letter);
        if (letter != 'u')
            return;
        output.Write("00"u8);
        output.Write((byte)('0' + (value >> 4)));
        output.Write((byte)"0123456789abcdef"[value & 15]);
    }
}

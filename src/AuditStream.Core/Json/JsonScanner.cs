using System.Buffers;
using System.Runtime.CompilerServices;

namespace AuditStream.Core.Json;

/// <summary>The smallest pieces of JSON (RFC 8259) over UTF-8 bytes.</summary>
/// <remarks>Every method moves <c>position</c> behind what it read. When it returns false, <c>position</c> is where the text went wrong: at
/// the text's end it is cut short, anywhere else it breaks a rule. The bytes must be valid UTF-8: that is checked before, at once.</remarks>
internal static class JsonScanner
{
    private static readonly SearchValues<byte> StringStops = SearchValues.Create([.. ControlBytes(), (byte)'"', (byte)'\\']);

    /// <summary>Goes to the next byte that is not white space.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SkipBlank(ReadOnlySpan<byte> text, int position)
    {
        while ((uint)position < (uint)text.Length && text[position] <= 32 && IsBlank(text[position]))
            position++;
        return position;
    }

    /// <summary>Reads a string from its opening quote.</summary>
    public static bool TryString(ReadOnlySpan<byte> text, ref int position, out bool escaped)
    {
        escaped = false;
        var at = position + 1;
        while (true)
        {
            var stop = text[at..].IndexOfAny(StringStops);
            if (stop < 0)
            {
                position = text.Length;
                return false;
            }

            at += stop;
            var found = text[at];
            if (found == '"')
            {
                position = at + 1;
                return true;
            }

            if (found != '\\')
            {
                position = at;
                return false;
            }

            escaped = true;
            position = at;
            if (!TryEscape(text, ref position))
                return false;
            at = position;
        }
    }

    /// <summary>Reads a number from its first byte.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, ref int position)
    {
        var at = position;
        if ((uint)at < (uint)text.Length && text[at] == '-')
            at++;
        if ((uint)at < (uint)text.Length && text[at] == '0')
            at++;
        else if (!TryDigits(text, ref at))
            return Fail(at, out position);
        if ((uint)at < (uint)text.Length && text[at] == '.')
        {
            at++;
            if (!TryDigits(text, ref at))
                return Fail(at, out position);
        }

        if ((uint)at < (uint)text.Length && (text[at] | 0x20) == 'e')
        {
            at++;
            if ((uint)at < (uint)text.Length && text[at] is (byte)'+' or (byte)'-')
                at++;
            if (!TryDigits(text, ref at))
                return Fail(at, out position);
        }

        position = at;
        return true;
    }

    /// <summary>Reads <c>null</c>, <c>true</c> or <c>false</c> from its first byte.</summary>
    public static bool TryLiteral(ReadOnlySpan<byte> text, ref int position, out JsonToken token)
    {
        token = text[position] switch
        {
            (byte)'n' => JsonToken.Null,
            (byte)'t' => JsonToken.True,
            (byte)'f' => JsonToken.False,
            _ => JsonToken.None,
        };
        var word = token switch
        {
            JsonToken.Null => "null"u8,
            JsonToken.True => "true"u8,
            JsonToken.False => "false"u8,
            _ => default,
        };
        if (word.IsEmpty)
            return false;
        var same = text[position..].CommonPrefixLength(word);
        position += same;
        return same == word.Length;
    }

    /// <summary>Reads a string, number or literal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryScalar(ReadOnlySpan<byte> text, ref int position, out JsonToken token, out bool escaped)
    {
        escaped = false;
        var first = text[position];
        if (first == '"')
        {
            token = JsonToken.String;
            return TryString(text, ref position, out escaped);
        }

        if (first == '-' || (uint)(first - '0') <= 9)
        {
            token = JsonToken.Number;
            return TryNumber(text, ref position);
        }

        return TryLiteral(text, ref position, out token);
    }

    /// <summary>The fault of a reader that stopped at a position.</summary>
    public static JsonFault FaultAt(ReadOnlySpan<byte> text, int position) =>
        position >= text.Length ? JsonFault.Truncated : JsonFault.Malformed;

    private static bool IsBlank(byte value) => value is 0x20 or 0x0A or 0x0D or 0x09;

    private static bool TryDigits(ReadOnlySpan<byte> text, ref int at)
    {
        var start = at;
        while ((uint)at < (uint)text.Length && (uint)(text[at] - '0') <= 9)
            at++;
        return at > start;
    }

    private static bool Fail(int at, out int position)
    {
        position = at;
        return false;
    }

    private static bool TryEscape(ReadOnlySpan<byte> text, ref int position)
    {
        position++;
        if (position >= text.Length)
            return false;
        switch (text[position])
        {
            case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                position++;
                return true;
            case (byte)'u':
                for (var digit = 0; digit < 4; digit++)
                {
                    position++;
                    if (position >= text.Length || !char.IsAsciiHexDigit((char)text[position]))
                        return false;
                }

                position++;
                return true;
            default:
                return false;
        }
    }

    private static byte[] ControlBytes()
    {
        var bytes = new byte[0x20];
        for (var value = 0; value < bytes.Length; value++)
            bytes[value] = (byte)value;
        return bytes;
    }
}

using System.Globalization;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Avro;

/// <summary>Binary floating point to text, digit for digit as Java writes it from version 19 on, so that a value has the same text in Avro as
/// in Connect's JSON. Older versions write some numbers with a digit more than they need.</summary>
/// <remarks>
/// <code>
/// 1             1.0
/// 0.001         0.001          from 0.001 to 10,000,000 plainly
/// 10000000      1.0E7
/// 4.9E-324      4.9E-324       at least two digits, the nearest of that length
/// NaN           "NaN"          strings, as are "Infinity" and "-Infinity"
/// </code>
/// </remarks>
internal static class FloatText
{
    /// <summary>More characters than the shortest form of a double has.</summary>
    private const int MaxCharacters = 32;

    /// <summary>Writes a double.</summary>
    public static void Write(double value, ByteWriter output)
    {
        if (!WriteSpecial(value, output))
            WriteFinite(value, output);
    }

    /// <summary>Writes a float.</summary>
    public static void Write(float value, ByteWriter output)
    {
        if (!WriteSpecial(value, output))
            WriteFinite(value, output);
    }

    // Each width has its own shortest text.
    private static void WriteFinite<T>(T value, ByteWriter output)
        where T : struct, IUtf8SpanFormattable
    {
        Span<byte> text = stackalloc byte[MaxCharacters];
        value.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        if (CountDigits(text[..length]) == 1)
            value.TryFormat(text, out length, "E1", CultureInfo.InvariantCulture);
        WriteAsJava(text[..length], output);
    }

    private static bool WriteSpecial(double value, ByteWriter output)
    {
        if (double.IsFinite(value))
            return false;
        output.Write(double.IsNaN(value) ? "\"NaN\""u8 : value > 0 ? "\"Infinity\""u8 : "\"-Infinity\""u8);
        return true;
    }

    private static int CountDigits(ReadOnlySpan<byte> text)
    {
        Span<byte> digits = stackalloc byte[MaxCharacters];
        return Digits(text, digits, out _).Length;
    }

    /// <summary>Takes the significant digits out of a number's text, without zeros at either end; at least one.</summary>
    /// <param name="text">The text, <c>-12.5E+3</c>.</param>
    /// <param name="room">Takes the digits.</param>
    /// <param name="exponent">The power of ten of the first digit.</param>
    private static ReadOnlySpan<byte> Digits(ReadOnlySpan<byte> text, Span<byte> room, out int exponent)
    {
        exponent = 0;
        var mark = text.IndexOf((byte)'E');
        if (mark >= 0)
            System.Buffers.Text.Utf8Parser.TryParse(text[(mark + 1)..], out exponent, out _);
        var (count, whole) = (0, 0);
        var isFraction = false;
        foreach (var letter in mark < 0 ? text : text[..mark])
        {
            isFraction |= letter == '.';
            if (letter is < (byte)'0' or > (byte)'9')
                continue;
            whole += isFraction ? 0 : 1;
            room[count++] = letter;
        }

        var first = 0;
        while (first < count - 1 && room[first] == '0')
            first++;
        while (count > first + 1 && room[count - 1] == '0')
            count--;
        exponent += whole - 1 - first;
        return room[first..count];
    }

    private static void WriteAsJava(ReadOnlySpan<byte> text, ByteWriter output)
    {
        Span<byte> room = stackalloc byte[MaxCharacters];
        var digits = Digits(text, room, out var exponent);
        if (text[0] == '-')
            output.Write((byte)'-');
        if (digits is [(byte)'0'])
        {
            output.Write("0.0"u8);
        }
        else if (exponent is >= 0 and < 7)
        {
            for (var place = 0; place <= Math.Max(exponent + 1, digits.Length - 1); place++)
            {
                if (place == exponent + 1)
                    output.Write((byte)'.');
                output.Write(place < digits.Length ? digits[place] : (byte)'0');
            }
        }
        else if (exponent is >= -3 and < 0)
        {
            output.Write("0."u8);
            output.Write("00"u8[..(-exponent - 1)]);
            output.Write(digits);
        }
        else
        {
            output.Write(digits[0]);
            output.Write((byte)'.');
            output.Write(digits.Length > 1 ? digits[1..] : "0"u8);
            output.Write((byte)'E');
            System.Buffers.Text.Utf8Formatter.TryFormat(exponent, output.GetSpan(11), out var written);
            output.Advance(written);
        }
    }
}

using System.Buffers.Text;

namespace AuditStream.Core.Json;

/// <summary>Numbers as text, exactly and of any length: nothing passes through a double.</summary>
internal static class NumberText
{
    /// <summary>The largest exponent that is written out in digits: PostgreSQL's numeric ends at 131,072 digits.</summary>
    public const int MaxExponent = 200_000;

    /// <summary>Writes a JSON number in plain digits: <c>1E+3</c> as <c>1000</c>, <c>2.50e-1</c> as <c>0.250</c>. False when its
    /// exponent is past the limit.</summary>
    public static bool TryWritePlain(ReadOnlySpan<byte> number, ByteWriter output)
    {
        var mark = number.IndexOfAny((byte)'e', (byte)'E');
        if (mark < 0)
        {
            output.Write(number);
            return true;
        }

        if (!TryExponent(number[(mark + 1)..], out var exponent) || Math.Abs(exponent) > MaxExponent)
            return false;
        var mantissa = number[..mark];
        if (mantissa[0] == '-')
        {
            output.Write((byte)'-');
            mantissa = mantissa[1..];
        }

        var point = mantissa.IndexOf((byte)'.');
        var whole = point < 0 ? mantissa : mantissa[..point];
        var fraction = point < 0 ? default : mantissa[(point + 1)..];
        WriteShifted(whole, fraction, (int)exponent, output);
        return true;
    }

    /// <summary>True when two JSON numbers are the same number. Minus zero is not zero.</summary>
    public static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.SequenceEqual(right))
            return true;
        return Digits.TryParse(left, out var first) && Digits.TryParse(right, out var second) && first.IsSameAs(second);
    }

    /// <summary>Writes the one form of a number, which is no JSON: sign, significant digits, <c>e</c> and the power of ten of the first. Two JSON
    /// numbers are the same when theirs are the same bytes; one whose exponent cannot be told stays as it is.</summary>
    public static void WriteNormal(ReadOnlySpan<byte> number, ByteWriter output)
    {
        if (Digits.TryParse(number, out var digits))
            digits.WriteTo(output);
        else
            output.Write(number);
    }

    /// <summary>True when the text has the form of a JSON number.</summary>
    public static bool IsNumber(ReadOnlySpan<byte> text)
    {
        var position = 0;
        return JsonScanner.TryNumber(text, ref position) && position == text.Length;
    }

    private static bool TryExponent(ReadOnlySpan<byte> text, out long exponent)
    {
        if (text[0] == '+')
            text = text[1..];
        return Utf8Parser.TryParse(text, out exponent, out var used) && used == text.Length && Math.Abs(exponent) <= int.MaxValue;
    }

    private static void WriteShifted(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, int exponent, ByteWriter output)
    {
        // The point moves: digits that pass it come from the other side, and zeros where there are none.
        var length = whole.Length + exponent;
        if (length <= 0)
        {
            output.Write("0"u8);
        }
        else
        {
            var fromWhole = whole[..Math.Min(length, whole.Length)];
            var fromFraction = fraction[..Math.Clamp(length - whole.Length, 0, fraction.Length)];
            var zeros = length - fromWhole.Length - fromFraction.Length;
            var leading = LeadingZeros(fromWhole, fromFraction.Length + zeros);
            output.Write(fromWhole[leading..]);
            var skipped = leading == fromWhole.Length ? LeadingZeros(fromFraction, zeros) : 0;
            output.Write(fromFraction[skipped..]);
            if (zeros > 0 && leading == fromWhole.Length && skipped == fromFraction.Length)
                zeros = 1;
            WriteZeros(zeros, output);
        }

        var wholeRest = whole[Math.Clamp(length, 0, whole.Length)..];
        var fractionRest = fraction[Math.Clamp(length - whole.Length, 0, fraction.Length)..];
        var before = Math.Max(0, -length);
        if (wholeRest.Length + fractionRest.Length == 0)
            return;
        output.Write((byte)'.');
        WriteZeros(before, output);
        output.Write(wholeRest);
        output.Write(fractionRest);
    }

    /// <summary>How many zeros may be left out at the front when so many digits follow: one digit always stays.</summary>
    private static int LeadingZeros(ReadOnlySpan<byte> digits, int following)
    {
        var first = digits.IndexOfAnyExcept((byte)'0');
        if (first < 0)
            first = digits.Length;
        return following > 0 ? first : Math.Min(first, Math.Max(0, digits.Length - 1));
    }

    private static void WriteZeros(int count, ByteWriter output)
    {
        var room = output.GetSpan(count + 1)[..count];
        room.Fill((byte)'0');
        output.Advance(count);
    }

    /// <summary>A number as sign, significant digits and the power of ten of the first.</summary>
    private readonly ref struct Digits
    {
        private readonly ReadOnlySpan<byte> mantissa;
        private readonly bool negative;
        private readonly long power;

        private Digits(ReadOnlySpan<byte> mantissa, bool negative, long power)
        {
            this.mantissa = mantissa;
            this.negative = negative;
            this.power = power;
        }

        public static bool TryParse(ReadOnlySpan<byte> number, out Digits digits)
        {
            digits = default;
            var negative = number.Length > 0 && number[0] == '-';
            var mantissa = negative ? number[1..] : number;
            long exponent = 0;
            var mark = mantissa.IndexOfAny((byte)'e', (byte)'E');
            if (mark >= 0)
            {
                if (!TryExponent(mantissa[(mark + 1)..], out exponent))
                    return false;
                mantissa = mantissa[..mark];
            }

            var point = mantissa.IndexOf((byte)'.');
            var whole = point < 0 ? mantissa.Length : point;
            var first = mantissa.IndexOfAnyExcept((byte)'0', (byte)'.');
            if (first < 0)
            {
                digits = new Digits(default, negative, power: 0);
                return true;
            }

            var last = mantissa.LastIndexOfAnyExcept((byte)'0', (byte)'.');
            var power = exponent + (first < whole ? whole - first - 1 : whole - first);
            digits = new Digits(mantissa[first..(last + 1)], negative, power);
            return true;
        }

        public void WriteTo(ByteWriter output)
        {
            if (negative)
                output.Write((byte)'-');
            foreach (var digit in mantissa)
            {
                if (digit != '.')
                    output.Write(digit);
            }

            output.Write((byte)'e');
            CanonicalText.WriteInteger(output, power);
        }

        public bool IsSameAs(Digits other)
        {
            if (negative != other.negative || power != other.power)
                return false;
            int left = 0, right = 0;
            while (true)
            {
                if (left < mantissa.Length && mantissa[left] == '.')
                    left++;
                if (right < other.mantissa.Length && other.mantissa[right] == '.')
                    right++;
                if (left == mantissa.Length || right == other.mantissa.Length)
                    return left == mantissa.Length && right == other.mantissa.Length;
                if (mantissa[left++] != other.mantissa[right++])
                    return false;
            }
        }
    }
}

using AuditStream.Core.Decode;
using AuditStream.Core.Json;

namespace AuditStream.Core.Diff;

/// <summary>Whether two canonical texts that differ are the same value all the same.</summary>
/// <remarks>Numbers and decimals compare as numbers (minus zero is not zero), JSON, arrays and structs as JSON, sets without order, zoned times as instants.
/// Everything else must be equal byte for byte.</remarks>
internal static class ValueEquality
{
    /// <summary>Compares two values that are not null.</summary>
    public static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, ColumnType type) => type switch
    {
        ColumnType.Untyped or ColumnType.Json or ColumnType.Array or ColumnType.Map or ColumnType.Struct or ColumnType.Geometry =>
            AreEqualJson(left, right),
        ColumnType.Int32 or ColumnType.Int64 or ColumnType.Decimal or ColumnType.Float32 or ColumnType.Float64 or ColumnType.Year =>
            AreEqualNumbers(Bare(left), Bare(right)),
        ColumnType.Set => IsString(left) && IsString(right) && AreEqualSets(Bare(left), Bare(right)),
        ColumnType.TimestampTz or ColumnType.TimeTz => WithoutZeros(Bare(left)).SequenceEqual(WithoutZeros(Bare(right))),
        _ => false,
    };

    /// <summary>Writes the form that is byte for byte the same for all texts of one value: two values are equal when theirs are.</summary>
    public static void WriteNormal(ReadOnlySpan<byte> text, ColumnType type, ByteWriter into)
    {
        switch (type)
        {
            case ColumnType.Untyped or ColumnType.Json or ColumnType.Array or ColumnType.Map or ColumnType.Struct or ColumnType.Geometry:
                WriteNormalJson(text, into);
                break;
            case ColumnType.Int32 or ColumnType.Int64 or ColumnType.Decimal or ColumnType.Float32 or ColumnType.Float64 or ColumnType.Year
                when NumberText.IsNumber(Bare(text)):
                NumberText.WriteNormal(Bare(text), into);
                break;
            case ColumnType.Set when IsString(text):
                var members = System.Text.Encoding.UTF8.GetString(Bare(text)).Split(',');
                Array.Sort(members, StringComparer.Ordinal);
                into.Write(System.Text.Encoding.UTF8.GetBytes($"\"{string.Join(',', members)}\""));
                break;
            case ColumnType.TimestampTz or ColumnType.TimeTz:
                into.Write(WithoutZeros(Bare(text)));
                break;
            default:
                into.Write(text);
                break;
        }
    }

    private static void WriteNormalJson(ReadOnlySpan<byte> text, ByteWriter into)
    {
        var place = 0;
        while (place < text.Length)
        {
            var start = place;
            if (text[place] == '"')
            {
                JsonScanner.TryString(text, ref place, out _);
                into.Write(text[start..place]);
            }
            else if (StartsNumber(text[place]))
            {
                JsonScanner.TryNumber(text, ref place);
                NumberText.WriteNormal(text[start..place], into);
            }
            else
            {
                into.Write(text[place++]);
            }
        }
    }

    /// <summary>Two canonical JSON texts are the same JSON when they differ in the form of numbers only: members stand in one
    /// order.</summary>
    private static bool AreEqualJson(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int first = 0, second = 0;
        while (first < left.Length && second < right.Length)
        {
            if (left[first] != right[second] && !(StartsNumber(left[first]) && StartsNumber(right[second])))
                return false;
            if (left[first] == '"')
            {
                var start = first;
                var other = second;
                JsonScanner.TryString(left, ref first, out _);
                JsonScanner.TryString(right, ref second, out _);
                if (!left[start..first].SequenceEqual(right[other..second]))
                    return false;
            }
            else if (StartsNumber(left[first]))
            {
                var start = first;
                var other = second;
                JsonScanner.TryNumber(left, ref first);
                JsonScanner.TryNumber(right, ref second);
                if (!NumberText.AreEqual(left[start..first], right[other..second]))
                    return false;
            }
            else
            {
                first++;
                second++;
            }
        }

        return first == left.Length && second == right.Length;
    }

    private static bool AreEqualNumbers(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        NumberText.IsNumber(left) && NumberText.IsNumber(right) && NumberText.AreEqual(left, right);

    private static bool AreEqualSets(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.Length == right.Length && Holds(left, right) && Holds(right, left);

    private static bool Holds(ReadOnlySpan<byte> all, ReadOnlySpan<byte> some)
    {
        // MySQL's sets have 64 members at most.
        foreach (var part in some.Split((byte)','))
        {
            var wanted = some[part];
            var found = false;
            foreach (var candidate in all.Split((byte)','))
                found |= all[candidate].SequenceEqual(wanted);
            if (!found)
                return false;
        }

        return true;
    }

    /// <summary>A zoned text in UTC without the zeros at the end of its fraction, and without its Z.</summary>
    private static ReadOnlySpan<byte> WithoutZeros(ReadOnlySpan<byte> text)
    {
        if (!text.EndsWith("Z"u8))
            return text;
        text = text[..^1];
        return text.Contains((byte)'.') ? text.TrimEnd((byte)'0').TrimEnd((byte)'.') : text;
    }

    private static bool StartsNumber(byte first) => first == '-' || (uint)(first - '0') <= 9;

    private static bool IsString(ReadOnlySpan<byte> text) => text.Length >= 2 && text[0] == '"';

    private static ReadOnlySpan<byte> Bare(ReadOnlySpan<byte> text) => IsString(text) ? text[1..^1] : text;
}

namespace AuditStream.Core.Json;

/// <summary>The order of names in canonical JSON: by UTF-16 code units, over UTF-8 bytes.</summary>
/// <remarks>It differs from the order of the bytes in one place: what UTF-16 writes with surrogates (first byte F0 and up) comes before
/// U+E000 to U+FFFF (first byte EE and EF).</remarks>
internal static class CodeUnitOrder
{
    /// <summary>Compares two names.</summary>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var same = left.CommonPrefixLength(right);
        if (same == left.Length || same == right.Length)
            return left.Length - right.Length;
        int first = left[same];
        int second = right[same];
        if (first >= 0xEE && second >= 0xEE)
        {
            first = first >= 0xF0 ? first - 0x10 : first + 0x10;
            second = second >= 0xF0 ? second - 0x10 : second + 0x10;
        }

        return first - second;
    }
}

namespace AuditStream.Core.Decode;

/// <summary>Patterns in which <c>*</c> stands for any number of characters, none included, and every other character for itself.</summary>
internal static class Wildcard
{
    /// <summary>Does the pattern match the whole text? In at most pattern × text steps.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text, bool ignoreCase = false)
    {
        int patternAt = 0, textAt = 0, starAt = -1, resumeAt = 0;
        while (textAt < text.Length)
        {
            if (patternAt < pattern.Length && pattern[patternAt] == '*')
            {
                starAt = patternAt++;
                resumeAt = textAt;
            }
            else if (patternAt < pattern.Length && AreSame(pattern[patternAt], text[textAt], ignoreCase))
            {
                patternAt++;
                textAt++;
            }
            else if (starAt >= 0)
            {
                patternAt = starAt + 1;
                textAt = ++resumeAt;
            }
            else
            {
                return false;
            }
        }
        return pattern[patternAt..].TrimStart('*').IsEmpty;
    }

    private static bool AreSame(char one, char other, bool ignoreCase)
        => one == other || (ignoreCase && char.ToUpperInvariant(one) == char.ToUpperInvariant(other));
}

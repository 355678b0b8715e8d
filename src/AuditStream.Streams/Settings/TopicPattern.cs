using System.Text.RegularExpressions;

namespace AuditStream.Streams.Settings;

/// <summary>Patterns over topic names. The Kafka client hands them to the C library's extended POSIX expressions, which know less than .NET's
/// and take some of its notation for something else, without a word.</summary>
/// <remarks>What passes <see cref="Problem"/> means the same to both, so that what the product says of a pattern is what the client does.</remarks>
public static class TopicPattern
{
    /// <summary>What the client would not understand, or understand otherwise, as the rest of a sentence with what to write instead; null when
    /// there is nothing.</summary>
    public static string? Problem(string pattern)
    {
        var isInBrackets = false;
        for (var at = 0; at < pattern.Length; at++)
        {
            var (letter, next) = (pattern[at], at + 1 < pattern.Length ? pattern[at + 1] : '\0');
            if (isInBrackets)
            {
                if (letter == '\\')
                    return Says($"\\{next} inside of [ ]", "there a backslash stands for itself: leave it out, and write a hyphen as the last character, [a-z.-]");
                if (letter == ']')
                    isInBrackets = false;
                continue;
            }
            if (letter == '[')
            {
                isInBrackets = true;
                // A bracket that closes at once is one of the characters.
                at += next == '^' ? 1 : 0;
                at += at + 1 < pattern.Length && pattern[at + 1] == ']' ? 1 : 0;
            }
            else if (letter == '\\')
            {
                if (char.IsAsciiLetterOrDigit(next))
                    return Says($"\\{next}", Instead(next));
                at++;
            }
            else if (letter == '(' && next == '?')
            {
                return Says("(?", "write a plain group, ( ), and both letters, [aA], where case does not matter");
            }
            else if (letter is '*' or '+' or '?' or '}' && next is '?' or '+')
            {
                return Says($"{letter}{next}", $"the whole name is matched, so {letter} alone means the same");
            }
        }
        return null;
    }

    /// <summary>Whether a pattern matches a whole topic name; a pattern that has no <see cref="Problem"/>.</summary>
    public static bool Matches(string pattern, string topic) =>
        Regex.IsMatch(topic, RawSubscription.WholeName(pattern), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    private static string Instead(char letter) => letter switch
    {
        'd' => "write [0-9]",
        'D' => "write [^0-9]",
        'w' => "write [a-zA-Z0-9_]",
        'W' => "write [^a-zA-Z0-9_]",
        >= '0' and <= '9' => "no part can refer back to another",
        's' or 'S' or 'b' or 'B' => "no topic's name has blanks: leave it out",
        _ => "write the characters that are meant",
    };

    private static string Says(string what, string instead) => $"has {what}, which the Kafka client's expressions (extended POSIX) do not know: {instead}";
}

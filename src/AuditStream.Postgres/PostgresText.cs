using System.Globalization;
using System.Text;

namespace AuditStream.Postgres;

/// <summary>What PostgreSQL's <c>text</c> cannot hold, made into something that it can.</summary>
/// <remarks>
/// <c>text</c> has no U+0000 and no lone surrogate; names, transaction ids and actors may. They are written as JSON writes them, backslash,
/// u and four digits, so that different names stay different and a person sees what was there. The event's body has the exact text; the
/// scalar column is for finding it.
/// <code>
/// "a", U+0000, "b"  →  a\u0000b (8 characters)
/// </code>
/// </remarks>
public static class PostgresText
{
    /// <summary>The text itself when <c>text</c> can hold it, else with escapes.</summary>
    public static string Storable(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !text.Contains('\0'))
            return text;
        var storable = new StringBuilder(text.Length + 8);
        for (var index = 0; index < text.Length; index++)
        {
            if (index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]))
                storable.Append(text[index]).Append(text[++index]);
            else if (text[index] == '\0' || char.IsSurrogate(text[index]))
                storable.Append("\\u").Append(((int)text[index]).ToString("x4", CultureInfo.InvariantCulture));
            else
                storable.Append(text[index]);
        }
        return storable.ToString();
    }
}

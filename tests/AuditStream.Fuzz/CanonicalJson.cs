using System.Text;
using System.Text.Json;

namespace AuditStream.Fuzz;

/// <summary>Writes a JSON text anew as canonical JSON is to be: what differs from the text is not canonical.</summary>
/// <remarks>No white space, members in strict order of their UTF-16 code units, strings escaped as RFC 8785 says. Numbers stand as they are: an event
/// keeps their digits.</remarks>
internal static class CanonicalJson
{
    /// <summary>How deep an event may be nested for its reader.</summary>
    public const int MaxDepth = 10_000;

    // A value with U+0000 goes out as bytes, because PostgreSQL's functions cannot handle it; names keep it.
    private static readonly string[] OfValues = ["after", "before", "changes", "key", "next_key", "previous_key"];

    /// <summary>Null, or why the text is not canonical.</summary>
    public static string? FaultOf(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
        var written = new StringBuilder();
        var names = new Stack<string?>();
        var member = "";
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        Separate(written);
                        names.Push(null);
                        written.Append((char)reader.ValueSpan[0]);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        names.Pop();
                        written.Append((char)reader.ValueSpan[0]);
                        break;
                    case JsonTokenType.PropertyName:
                        var name = reader.GetString() ?? "";
                        if (names.Pop() is { } last && string.CompareOrdinal(last, name) >= 0)
                            return "members out of order, or twice";
                        names.Push(name);
                        if (names.Count == 1)
                            member = name;
                        Separate(written);
                        Append(written, name);
                        written.Append(':');
                        break;
                    case JsonTokenType.String:
                        Separate(written);
                        var content = reader.GetString() ?? "";
                        if (content.Contains('\0', StringComparison.Ordinal) && OfValues.Contains(member, StringComparer.Ordinal) && names.Peek() != "field")
                            return "a value with U+0000";
                        Append(written, content);
                        break;
                    default:
                        Separate(written);
                        written.Append(Encoding.UTF8.GetString(reader.ValueSpan));
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return $"no JSON: {exception.Message}";
        }

        return Encoding.UTF8.GetBytes(written.ToString()).AsSpan().SequenceEqual(text) ? null : "white space, or another way of escaping";
    }

    private static void Separate(StringBuilder written)
    {
        if (written.Length > 0 && written[^1] is not ('{' or '[' or ':' or ','))
            written.Append(',');
    }

    private static void Append(StringBuilder written, string content)
    {
        written.Append('"');
        foreach (var character in content)
        {
            var letter = character is '"' or '\\' ? character : "btn\0fr".ElementAtOrDefault(character - '\b');
            if (character is '"' or '\\' || (character is >= '\b' and <= '\r' && letter != '\0'))
                written.Append('\\').Append(letter);
            else if (character < ' ')
                written.Append("\\u").Append(((int)character).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
            else
                written.Append(character);
        }

        written.Append('"');
    }
}

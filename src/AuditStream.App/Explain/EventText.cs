using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AuditStream.App.Explain;

/// <summary>Reads from an event's JSON what a person wants to see: its changes, field by field.</summary>
public static class EventText
{
    /// <summary>How many characters of a value are shown on a line of a list.</summary>
    public const int MaxLineCharacters = 60;

    private const string Null = "NULL";

    /// <summary>The changes in the order of the event, as <c>field</c>, old and new value; a side that is not known is null.</summary>
    /// <param name="body">The event.</param>
    /// <param name="maxCharacters">How many characters of a value are shown.</param>
    public static IReadOnlyList<FieldText> Changes(ReadOnlySpan<byte> body, int maxCharacters = MaxLineCharacters)
    {
        var fields = new List<FieldText>();
        var reader = new Utf8JsonReader(body);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isChanges = reader.ValueTextEquals("changes"u8);
            reader.Read();
            if (!isChanges || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                fields.Add(ReadField(ref reader, body, maxCharacters));
        }
        return fields;
    }

    /// <summary>The members of an object in their order, each with its value as the new one.</summary>
    /// <param name="json">The object.</param>
    /// <param name="maxCharacters">How many characters of a value are shown.</param>
    public static IReadOnlyList<FieldText> Members(ReadOnlySpan<byte> json, int maxCharacters = MaxLineCharacters)
    {
        var reader = new Utf8JsonReader(json);
        var members = new List<FieldText>();
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Clean(reader.GetString() ?? "");
            reader.Read();
            members.Add(new FieldText(name, Old: null, Value(ref reader, json, maxCharacters)));
        }
        return members;
    }

    /// <summary>A key as a person writes it: <c>id=42</c> from <c>{"id":"42"}</c>.</summary>
    public static string Key(string? json) => json is null
        ? "(no key)"
        : string.Join(", ", Members(Encoding.UTF8.GetBytes(json)).Select(member => $"{member.Name}={member.New}"));

    /// <summary>A text without what would tear a line, or turn its direction.</summary>
    public static string Clean(string text)
    {
        if (!text.Any(IsTearing))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (IsTearing(letter))
                clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            else
                clean.Append(letter);
        }
        return clean.Replace("\\u000a", "\\n").Replace("\\u000d", "\\r").Replace("\\u0009", "\\t").ToString();
    }

    private static FieldText ReadField(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, int maxCharacters)
    {
        var (name, before, after) = ("", default(string), default(string));
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.GetString();
            reader.Read();
            switch (member)
            {
                case "field":
                    name = Clean(reader.GetString() ?? "");
                    break;
                case "old":
                    before = Value(ref reader, body, maxCharacters);
                    break;
                case "new":
                    after = Value(ref reader, body, maxCharacters);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return new(name, before, after);
    }

    private static string Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, int maxCharacters)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return Null;
        if (reader.TokenType == JsonTokenType.String)
            return Short(Plain(reader.GetString() ?? ""), maxCharacters);
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return Short(Encoding.UTF8.GetString(body[start..(int)reader.BytesConsumed]), maxCharacters);
    }

    // A text that could be taken for no text at all stands in quotes.
    private static string Plain(string text) =>
        text is "" or Null or "?" || char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]) ? $"\"{text}\"" : text;

    private static string Short(string text, int maxCharacters)
    {
        if (text.Length <= maxCharacters)
            return Clean(text);
        var cut = maxCharacters - 1;
        if (char.IsHighSurrogate(text[cut - 1]))
            cut--;
        return Clean(text[..cut]) + "\u2026";
    }

    private static bool IsTearing(char letter) => char.IsControl(letter)
        || letter is '\u061c' or '\u200e' or '\u200f' or '\ufeff' or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}

using System.Text;
using System.Text.Json;

namespace AuditStream.App.Explain;

/// <summary>Reads from an event's JSON what a person wants to see: its changes, field by field.</summary>
public static class EventText
{
    private const int MaxValueCharacters = 60;

    /// <summary>The changes in the order of the event, as <c>field</c>, old and new value; a side that is not known is null.</summary>
    public static IReadOnlyList<FieldText> Changes(ReadOnlySpan<byte> body)
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
                fields.Add(ReadField(ref reader, body));
        }
        return fields;
    }

    /// <summary>A key as a person writes it: <c>id=42</c> from <c>{"id":"42"}</c>.</summary>
    public static string Key(string? json)
    {
        if (json is null)
            return "(no key)";
        var body = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(body);
        var parts = new List<string>();
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            parts.Add($"{name}={Value(ref reader, body)}");
        }
        return string.Join(", ", parts);
    }

    private static FieldText ReadField(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        var (name, before, after) = ("", default(string), default(string));
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = reader.GetString();
            reader.Read();
            var text = Value(ref reader, body);
            switch (member)
            {
                case "field":
                    name = text;
                    break;
                case "old":
                    before = text;
                    break;
                case "new":
                    after = text;
                    break;
            }
        }
        return new(name, before, after);
    }

    private static string Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return "NULL";
        if (reader.TokenType == JsonTokenType.String)
            return Short(reader.GetString() ?? "");
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return Short(Encoding.UTF8.GetString(body[start..(int)reader.BytesConsumed]));
    }

    // Control characters would tear the table; long values would fill it.
    private static string Short(string text)
    {
        var clean = new string([.. text.Select(letter => char.IsControl(letter) ? '\u00b7' : letter)]);
        return clean.Length <= MaxValueCharacters ? clean : clean[..(MaxValueCharacters - 1)] + "\u2026";
    }
}

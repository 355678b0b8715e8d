using System.Text;
using System.Text.Json;

namespace AuditStream.Core.Tests.Normalize;

/// <summary>Spreads JSON over lines, or takes the white space out again; every token keeps its text.</summary>
internal static class JsonLayout
{
    public static string Spread(ReadOnlySpan<byte> json) => Write(json, isSpread: true) + "\n";

    public static string Tight(ReadOnlySpan<byte> json) => Write(json, isSpread: false);

    private static string Write(ReadOnlySpan<byte> json, bool isSpread)
    {
        var text = new StringBuilder();
        var reader = new Utf8JsonReader(json);
        var previous = JsonTokenType.None;
        while (reader.Read())
        {
            var closes = reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
            var opened = previous is JsonTokenType.StartObject or JsonTokenType.StartArray;
            if (previous != JsonTokenType.PropertyName && previous != JsonTokenType.None)
            {
                if (!opened && !closes)
                    text.Append(',');
                if (isSpread && !(opened && closes))
                    text.Append('\n').Append(' ', 2 * reader.CurrentDepth);
            }
            var end = (int)reader.TokenStartIndex + reader.ValueSpan.Length
                + (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? 2 : 0);
            text.Append(closes || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray
                ? ((char)json[(int)reader.TokenStartIndex]).ToString()
                : Encoding.UTF8.GetString(json[(int)reader.TokenStartIndex..end]));
            if (reader.TokenType == JsonTokenType.PropertyName)
                text.Append(isSpread ? ": " : ":");
            previous = reader.TokenType;
        }
        return text.ToString();
    }
}

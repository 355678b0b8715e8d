using System.Text;
using System.Text.Json;

namespace AuditStream.App.Tests.Golden;

/// <summary>Spreads JSON over lines so that a person can read it and a difference is one line: what fits on a line stays on one.</summary>
/// <remarks>Every token keeps its text, so that two layouts are the same only when the texts are.</remarks>
internal static class GoldenLayout
{
    private const int MaxLineCharacters = 160;
    private const int MaxDepth = 1024;

    /// <summary>Lays out JSON that has no white space between its tokens.</summary>
    public static string Of(ReadOnlySpan<byte> json)
    {
        var text = new StringBuilder();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        Write(text, json, ref reader);
        return text.ToString();
    }

    private static void Write(StringBuilder text, ReadOnlySpan<byte> json, ref Utf8JsonReader reader)
    {
        var (start, indent) = ((int)reader.TokenStartIndex, reader.CurrentDepth + 1);
        var ahead = reader;
        ahead.Skip();
        var whole = json[start..(int)ahead.BytesConsumed];
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray) || indent + whole.Length <= MaxLineCharacters)
        {
            text.Append(Encoding.UTF8.GetString(whole));
            reader = ahead;
            return;
        }
        text.Append((char)whole[0]);
        var isFirst = true;
        while (reader.Read() && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
        {
            text.Append(isFirst ? "\n" : ",\n").Append(' ', indent);
            isFirst = false;
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                text.Append(Encoding.UTF8.GetString(json.Slice((int)reader.TokenStartIndex, reader.ValueSpan.Length + 2))).Append(": ");
                reader.Read();
            }
            Write(text, json, ref reader);
        }
        text.Append('\n').Append(' ', indent - 1).Append((char)whole[^1]);
    }
}

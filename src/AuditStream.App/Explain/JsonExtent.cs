using System.Text.Json;

namespace AuditStream.App.Explain;

/// <summary>Tells whether a growing text is one whole JSON object or array yet.</summary>
internal sealed class JsonExtent
{
    private const int MaxDepth = 1_024;

    private JsonReaderState state = new(new JsonReaderOptions { MaxDepth = MaxDepth });
    private int read;

    /// <summary>Whether more text could make the text whole: it opens an object or an array, and breaks no rule so far.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether the text is an object or an array from its beginning to its end.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Looks at the text; what was looked at before must stand unchanged at its beginning.</summary>
    public void Look(ReadOnlySpan<byte> text)
    {
        var content = text.TrimStart(" \t\r\n"u8);
        IsOpen = IsWhole = false;
        if (content is not [(byte)'{' or (byte)'[', ..])
            return;
        var reader = new Utf8JsonReader(text[read..], isFinalBlock: false, state);
        try
        {
            while (reader.Read())
                IsWhole = reader.CurrentDepth == 0 && reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
        }
        catch (JsonException)
        {
            IsWhole = false;
            return;
        }
        IsOpen = !IsWhole;
        read += (int)reader.BytesConsumed;
        state = reader.CurrentState;
    }
}

using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>Keeps the texts of one change's facts, in canonical form: ids, positions. Cleared with each change.</summary>
internal sealed class FactTexts
{
    private readonly ByteWriter text = new();

    /// <summary>Forgets the texts of the change before.</summary>
    public void Clear() => text.Clear();

    /// <summary>Keeps a text that is canonical already.</summary>
    public ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> canonical)
    {
        var start = text.Length;
        text.Write(canonical);
        return text.WrittenMemory[start..];
    }

    /// <summary>Keeps a string's content, as written, in canonical form; empty for one that has none.</summary>
    public ReadOnlyMemory<byte> Canonical(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
            return default;
        var start = text.Length;
        if (!JsonText.Canonicalize(content, text))
        {
            // U+0000 or a lone surrogate in an id: no source makes that, so the id is not known.
            text.Truncate(start);
        }

        return text.WrittenMemory[start..];
    }

    /// <summary>Keeps contents as one text with a separator between them; what is empty is left out.</summary>
    public ReadOnlyMemory<byte> Join(
        ReadOnlySpan<byte> first, byte separator, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third = default)
    {
        var start = text.Length;
        Part(first, separator, start);
        Part(second, separator, start);
        Part(third, separator, start);
        return text.WrittenMemory[start..];
    }

    private void Part(ReadOnlySpan<byte> content, byte separator, int start)
    {
        if (content.IsEmpty)
            return;
        var before = text.Length;
        if (before > start)
            text.Write(separator);
        if (!JsonText.Canonicalize(content, text))
            text.Truncate(before);
    }
}

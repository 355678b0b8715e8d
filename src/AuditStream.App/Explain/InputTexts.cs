namespace AuditStream.App.Explain;

/// <summary>Cuts the input into the texts of records: a line each; a JSON object that is spread over lines for reading counts as one.</summary>
/// <remarks>A line that opens an object or an array without closing it is joined with the lines that follow, up to where the object is whole. When
/// it never is, the line stands for itself: a torn record is a record too. Lines without a character are passed over.</remarks>
public sealed class InputTexts(ByteLines lines)
{
    /// <summary>The longest text that is put together from lines, in bytes.</summary>
    public const int MaxJoinedBytes = 16 * 1024 * 1024;

    private readonly LinkedList<byte[]> ahead = [];
    private int line;

    /// <summary>The texts in their order.</summary>
    /// <exception cref="InvalidDataException">A line is too long, or the text is UTF-16.</exception>
    /// <exception cref="IOException">The input cannot be read.</exception>
    public IEnumerable<InputText> Read()
    {
        while (Take() is { } first)
        {
            line++;
            if (first.AsSpan().Trim(" \t\r"u8).IsEmpty)
                continue;
            var (bytes, more) = Join(first);
            for (var taken = 0; taken < more; taken++)
                _ = Take();
            yield return new InputText(line, 1 + more, bytes);
            line += more;
        }
    }

    private byte[]? Take()
    {
        if (ahead.First is not { } next)
            return lines.Read();
        ahead.RemoveFirst();
        return next.Value;
    }

    // The text, and how many of the lines ahead are part of it.
    private (byte[] Bytes, int More) Join(byte[] first)
    {
        var extent = new JsonExtent();
        extent.Look(first);
        if (!extent.IsOpen)
            return (first, 0);
        using var joined = new MemoryStream();
        joined.Write(first);
        var (more, next) = (0, ahead.First);
        while (extent.IsOpen && joined.Length <= MaxJoinedBytes)
        {
            if (next is null)
            {
                if (lines.Read() is not { } another)
                    return (first, 0);
                next = ahead.AddLast(another);
            }
            joined.WriteByte((byte)'\n');
            joined.Write(next.Value);
            more++;
            next = next.Next;
            extent.Look(joined.GetBuffer().AsSpan(0, (int)joined.Length));
        }
        return extent.IsWhole ? (joined.ToArray(), more) : (first, 0);
    }
}

namespace AuditStream.App.Explain;

/// <summary>Reads a stream as lines of bytes: what is in them, broken characters too, stays as it is.</summary>
/// <remarks>A line ends with a line feed, or a carriage return and a line feed; neither is part of it. A byte order mark of UTF-8 before the first
/// line is left out. A line is given as soon as it is complete.</remarks>
public sealed class ByteLines(Stream input)
{
    /// <summary>The longest line that is taken, in bytes.</summary>
    public const int MaxLineBytes = 256 * 1024 * 1024;

    private const int FirstBufferBytes = 64 * 1024;
    private const byte LineFeed = (byte)'\n';
    private const byte CarriageReturn = (byte)'\r';

    private byte[] buffer = new byte[FirstBufferBytes];
    private int start;
    private int end;
    private bool isFirst = true;
    private bool isEnded;

    /// <summary>The next line; null at the end.</summary>
    /// <exception cref="InvalidDataException">A line is too long, or the text is UTF-16.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public byte[]? Read()
    {
        var searched = start;
        while (true)
        {
            var found = Array.IndexOf(buffer, LineFeed, searched, end - searched);
            if (found >= 0)
            {
                var line = Line(start, found);
                start = found + 1;
                return line;
            }
            if (isEnded)
                return Last();
            searched = Fill();
        }
    }

    // Gives the place from which nothing has been searched yet.
    private int Fill()
    {
        if (start > 0)
        {
            Array.Copy(buffer, start, buffer, 0, end - start);
            (start, end) = (0, end - start);
        }
        if (end == buffer.Length)
        {
            if (end >= MaxLineBytes)
                throw new InvalidDataException($"A line is longer than {MaxLineBytes} bytes.");
            Array.Resize(ref buffer, Math.Min(2 * buffer.Length, MaxLineBytes));
        }
        var searched = end;
        var read = input.Read(buffer, end, buffer.Length - end);
        isEnded = read == 0;
        end += read;
        return searched;
    }

    private byte[]? Last()
    {
        if (start == end)
            return null;
        var line = Line(start, end);
        start = end;
        return line;
    }

    private byte[] Line(int from, int to)
    {
        var line = buffer.AsSpan(from, to - from);
        if (line is [.., CarriageReturn])
            line = line[..^1];
        if (isFirst)
        {
            isFirst = false;
            if (line is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..])
                throw new InvalidDataException("The text is UTF-16; it is read as UTF-8 only.");
            if (line is [0xEF, 0xBB, 0xBF, ..])
                line = line[3..];
        }
        return line.ToArray();
    }
}

using System.IO.Compression;
using AuditStream.Core.Archive;

namespace AuditStream.Postgres.Retire;

/// <summary>Reads the events of an archive, one after the other.</summary>
public static class ArchiveReader
{
    private const int StartBytes = 256 * 1024;

    /// <summary>No line is longer; a value of PostgreSQL has a gigabyte at most.</summary>
    private const int MaxLineBytes = 1_100_000_000;

    /// <summary>The events; the bytes of each are valid until the next is read.</summary>
    /// <param name="path">The file: gzip over JSON Lines.</param>
    /// <exception cref="InvalidDataException">It is not that.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IEnumerable<ArchivedRow> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        using var stream = new GZipStream(file, CompressionMode.Decompress);
        var buffer = new byte[StartBytes];
        var number = 0L;
        for (var (start, end) = (0, 0); ;)
        {
            var length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                number++;
                if (!ArchiveLine.TryRead(buffer.AsMemory(start, length), out var row))
                    throw new InvalidDataException(FormattableString.Invariant($"Line {number} of {path} is no event."));
                yield return row;
                start += length + 1;
                continue;
            }
            (buffer, end) = MakeRoom(buffer, start, end);
            start = 0;
            var read = stream.Read(buffer, end, buffer.Length - end);
            if (read == 0 && end > 0)
                throw new InvalidDataException(FormattableString.Invariant($"{path} ends within line {number + 1}."));
            if (read == 0)
                yield break;
            end += read;
        }
    }

    private static (byte[] Buffer, int End) MakeRoom(byte[] buffer, int start, int end)
    {
        if (start == 0 && end == buffer.Length)
        {
            if (end >= MaxLineBytes)
                throw new InvalidDataException("A line is longer than an event can be.");
            Array.Resize(ref buffer, Math.Min(buffer.Length * 2, MaxLineBytes));
            return (buffer, end);
        }
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        return (buffer, end - start);
    }
}

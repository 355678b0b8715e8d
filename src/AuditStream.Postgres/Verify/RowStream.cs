using System.Buffers;
using System.Runtime.CompilerServices;
using Npgsql;

namespace AuditStream.Postgres.Verify;

/// <summary>Rows of <c>audit.event</c> out of a binary COPY, hashed and checked on every processor while the next ones arrive.</summary>
internal static class RowStream
{
    private const int HeaderBytes = 19;

    /// <summary>How much one worker takes at once, in bytes; a row that is longer alone makes a larger piece.</summary>
    private const int PieceBytes = 512 * 1024;

    /// <summary>How many pieces are under way at most.</summary>
    private static readonly int MaxPieces = Environment.ProcessorCount + 1;

    /// <summary>Reads the rows that a condition selects, in no order.</summary>
    public static async IAsyncEnumerable<RowChunk> ReadAsync(
        NpgsqlConnection connection, string condition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginRawBinaryCopyAsync(
            $"COPY (SELECT {CopiedRow.Columns} FROM audit.event WHERE {condition}) TO STDOUT (FORMAT BINARY)", cancellationToken).ConfigureAwait(false);
        var pieces = new Queue<Task<RowChunk>>();
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        var (filled, hasHeader, isOver) = (0, false, false);
        while (!isOver)
        {
            if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2); // one row is longer than the buffer
            var read = await copy.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            isOver = read == 0;
            filled += read;
            if (filled < buffer.Length && !isOver)
                continue;
            var start = 0;
            if (!hasHeader && filled >= HeaderBytes)
                (start, hasHeader) = (HeaderBytes, true);
            var (length, rows) = WholeRows(buffer.AsSpan(start, filled - start));
            if (rows == 0)
                continue;
            var (piece, next) = (buffer, ArrayPool<byte>.Shared.Rent(Math.Max(PieceBytes, filled - start - length)));
            buffer.AsSpan(start + length, filled - start - length).CopyTo(next);
            filled -= start + length;
            buffer = next;
            pieces.Enqueue(Task.Run(() => Take(piece, start, length, rows), cancellationToken));
            if (pieces.Count >= MaxPieces)
                yield return await pieces.Dequeue().ConfigureAwait(false);
        }
        while (pieces.TryDequeue(out var piece))
            yield return await piece.ConfigureAwait(false);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private static (int Length, int Rows) WholeRows(ReadOnlySpan<byte> bytes)
    {
        var (length, rows) = (0, 0);
        for (var next = CopiedRow.LengthOf(bytes); next > 0; next = CopiedRow.LengthOf(bytes[length..]))
        {
            length += next;
            rows++;
        }
        return (length, rows);
    }

    private static RowChunk Take(byte[] piece, int start, int length, int rows)
    {
        try
        {
            return RowChunk.Of(piece.AsSpan(start, length), rows);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }
}

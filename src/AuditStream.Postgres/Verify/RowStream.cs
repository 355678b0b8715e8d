using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Npgsql;

namespace AuditStream.Postgres.Verify;

/// <summary>Rows of <c>audit.event</c> out of a binary COPY, hashed and checked on every processor while the next ones arrive.</summary>
/// <remarks>One thread does nothing but take bytes from the server, and blocks where there are none: a row per message, each awaited, cost a fifth of the
/// processor time in threads that looked for work. Buffers are kept by hand: the threads
/// that fill them are not those that give them back.</remarks>
internal static class RowStream
{
    private const int HeaderBytes = 19;

    /// <summary>How much one worker takes at once, in bytes: it stays in a processor's cache. A row that is longer alone makes a larger piece.</summary>
    private const int PieceBytes = 512 * 1024;

    /// <summary>How many pieces are under way at most.</summary>
    private static readonly int MaxPieces = Environment.ProcessorCount + 1;

    /// <summary>Buffers of <see cref="PieceBytes"/> that are free: no more than were ever under way.</summary>
    private static readonly ConcurrentBag<byte[]> free = [];

    /// <summary>Reads the rows that a condition selects, in no order.</summary>
    public static async IAsyncEnumerable<RowChunk> ReadAsync(
        NpgsqlConnection connection, string condition, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What may wait long, for a lock, waits where it can be broken off.
        await using var copy = await connection.BeginRawBinaryCopyAsync(
            $"COPY (SELECT {CopiedRow.Columns} FROM audit.event WHERE {condition}) TO STDOUT (FORMAT BINARY)", cancellationToken).ConfigureAwait(false);
        var pieces = Channel.CreateBounded<Task<RowChunk>>(MaxPieces);
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = Task.Factory.StartNew(() => ReadAll(copy, pieces.Writer, broken.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return await piece.ConfigureAwait(false);
        }
        finally
        {
            await broken.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
        }
    }

    private static void ReadAll(NpgsqlRawCopyStream copy, ChannelWriter<Task<RowChunk>> pieces, CancellationToken cancellationToken)
    {
        try
        {
            Read(copy, pieces, cancellationToken);
            pieces.Complete();
        }
        catch (Exception exception)
        {
            pieces.Complete(exception);
        }
    }

    private static void Read(NpgsqlRawCopyStream copy, ChannelWriter<Task<RowChunk>> pieces, CancellationToken cancellationToken)
    {
        var buffer = Rent(PieceBytes);
        var (filled, hasHeader, isOver) = (0, false, false);
        while (!isOver)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2); // one row is longer than the buffer
            var read = copy.Read(buffer.AsSpan(filled));
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
            var (piece, next) = (buffer, Rent(filled - start - length));
            buffer.AsSpan(start + length, filled - start - length).CopyTo(next);
            filled -= start + length;
            buffer = next;
            // Waits where the workers are behind.
            pieces.WriteAsync(Task.Run(() => Take(piece, start, length, rows), cancellationToken), cancellationToken).AsTask().GetAwaiter().GetResult();
        }
        Return(buffer);
    }

    private static byte[] Rent(int length) => length <= PieceBytes && free.TryTake(out var buffer) ? buffer : new byte[Math.Max(PieceBytes, length)];

    private static void Return(byte[] buffer)
    {
        if (buffer.Length == PieceBytes)
            free.Add(buffer);
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
            Return(piece);
        }
    }
}

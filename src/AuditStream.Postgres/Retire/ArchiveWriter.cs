using System.Buffers;
using System.IO.Compression;
using AuditStream.Core.Archive;
using Npgsql;
using NpgsqlTypes;

namespace AuditStream.Postgres.Retire;

/// <summary>Copies the events of a range into a file, by shard, block and offset, with those of no block behind them.</summary>
/// <remarks>A window of blocks at a time: sorting is the server's, in memory, so that archiving needs no room on a disk that may be full.</remarks>
internal sealed class ArchiveWriter(NpgsqlConnection connection, RetirableRange range)
{
    /// <summary>How much is made before it goes into the file, in bytes.</summary>
    private const int ChunkBytes = 256 * 1024;

    private const string Select = "COPY (SELECT shard, block, stream_offset, fact_scheme, fact_hash, event_uid, body FROM audit.event WHERE ";

    private readonly ArrayBufferWriter<byte> buffer = new(ChunkBytes);

    /// <summary>How many events were written.</summary>
    public long Rows { get; private set; }

    /// <summary>Writes the file; when it returns, it is on the disk.</summary>
    /// <param name="path">The file; written over.</param>
    /// <param name="windows">The blocks that have events of the range, in order.</param>
    /// <param name="progress">Hears the number of events so far.</param>
    /// <param name="cancellationToken">Breaks it off; what there is of the file is no archive.</param>
    public async Task WriteAsync(string path, IReadOnlyList<BlockWindow> windows, Action<long>? progress, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        await using (var compressed = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true))
        {
            foreach (var window in windows)
            {
                await CopyAsync(compressed, FormattableString.Invariant(
                    $"shard = {window.Shard} AND block BETWEEN {window.First} AND {window.Last} AND {Range} ORDER BY block, stream_offset"), cancellationToken).ConfigureAwait(false);
                progress?.Invoke(Rows);
            }
            await CopyAsync(compressed, $"block IS NULL AND {Range} ORDER BY shard, stream_offset, event_id", cancellationToken).ConfigureAwait(false);
            await FlushAsync(compressed, cancellationToken).ConfigureAwait(false);
        }
        file.Flush(flushToDisk: true);
    }

    private string Range => $"occurred_at >= '{PostgresTime.Of(range.From)}' AND occurred_at < '{PostgresTime.Of(range.To)}'";

    private async Task CopyAsync(GZipStream to, string condition, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryExportAsync($"{Select}{condition}) TO STDOUT (FORMAT BINARY)", cancellationToken).ConfigureAwait(false);
        while (await copy.StartRowAsync(cancellationToken).ConfigureAwait(false) >= 0)
        {
            var shard = await copy.ReadAsync<int>(cancellationToken).ConfigureAwait(false);
            long? block = null;
            if (copy.IsNull)
                await copy.SkipAsync(cancellationToken).ConfigureAwait(false);
            else
                block = await copy.ReadAsync<long>(cancellationToken).ConfigureAwait(false);
            var row = new ArchivedRow(
                shard, block,
                await copy.ReadAsync<long>(cancellationToken).ConfigureAwait(false), await copy.ReadAsync<short>(cancellationToken).ConfigureAwait(false),
                await copy.ReadAsync<byte[]>(cancellationToken).ConfigureAwait(false), await copy.ReadAsync<byte[]>(cancellationToken).ConfigureAwait(false),
                await copy.ReadAsync<byte[]>(NpgsqlDbType.Json, cancellationToken).ConfigureAwait(false));
            ArchiveLine.Write(row, buffer);
            Rows++;
            if (buffer.WrittenCount >= ChunkBytes)
                await FlushAsync(to, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task FlushAsync(GZipStream to, CancellationToken cancellationToken)
    {
        await to.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
        buffer.ResetWrittenCount();
    }
}

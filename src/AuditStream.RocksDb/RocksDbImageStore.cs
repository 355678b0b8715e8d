using System.Runtime.InteropServices;
using AuditStream.Core.Images;
using Microsoft.Extensions.Logging;

namespace AuditStream.RocksDb;

/// <summary>Keeps the row images of one task on disk.</summary>
/// <remarks>
/// Purpose: images that outlive the process, so that a start reads only the rest of the changelog. Design: a RocksDB of its own per task; a batch,
/// and with it the checkpoint, is one write into its log. Guarantee: whatever crashes, the images are those of the checkpoint, or of none at all.
/// <code>
///                 Open                    Write, TryGet, Scan fail
///   closed  ----------------->  open  ------------------------------->  failed
///     ^                          | ^                                      |
///     +--------- Dispose --------+ +----- Open: closed, opened again -----+   damaged: its files are removed before
/// </code>
/// Not used, and removed: files that cannot be read, another format, a state so old that the changelog may have forgotten removals since.
/// </remarks>
internal sealed class RocksDbImageStore(ImageFolder folder, string path, TimeProvider time, ILogger logger) : IRowImageStore
{
    /// <summary>How old a state may be that is read on from: half of the time for which Kafka keeps a removal in a compacted topic by default.</summary>
    private static readonly TimeSpan maxAge = TimeSpan.FromHours(12);

    private nint database;
    private nint batch;
    private bool hasFailed;
    private bool isDamaged;
    private bool isWhole;
    private long wholeAtMilliseconds;

    /// <inheritdoc/>
    public bool HasForgotten => false;

    /// <inheritdoc/>
    public bool IsDurable => true;

    /// <inheritdoc/>
    public bool IsSorted => true;

    /// <inheritdoc/>
    public long Rows => Property("rocksdb.estimate-num-keys");

    /// <inheritdoc/>
    public long Bytes => Property("rocksdb.live-sst-files-size") + Property("rocksdb.cur-size-all-mem-tables");

    /// <inheritdoc/>
    public long? Checkpoint { get; private set; }

    /// <inheritdoc/>
    public void Open()
    {
        if (database != 0 && !hasFailed)
            return;
        Close();
        if (isDamaged)
            RemoveFiles("they are damaged");
        RequireRoom("Opening");
        isDamaged = hasFailed = false;
        if (TryOpen() is { } error)
        {
            if (!error.IsDamage)
                throw new ImageStoreException($"Opening the row images in {path} failed: {error.Text}.");
            RemoveFiles(error.Text);
            if (TryOpen() is { } again)
                throw new ImageStoreException($"Opening new row images in {path} failed: {again.Text}.");
        }
        batch = Native.BatchCreate();
        if (WhyNot() is { } why)
            Renew(why);
    }

    /// <inheritdoc/>
    public void Clear() => Renew("they do not belong to the changelog as it is now");

    /// <inheritdoc/>
    public void Restored() => isWhole = true;

    /// <inheritdoc/>
    public bool TryGet(ReadOnlySpan<byte> address, out ReadOnlyMemory<byte> image)
    {
        image = default;
        nint error = 0;
        var slice = Native.GetPinned(database, folder.ReadOptions, address, (nuint)address.Length, ref error);
        Check(ref error, "Reading");
        if (slice == 0)
            return false;
        image = Copied(Native.PinnableSliceValue(slice, out var length), length);
        Native.PinnableSliceDestroy(slice);
        return true;
    }

    /// <inheritdoc/>
    public void Scan(ReadOnlySpan<byte> prefix, byte[]? from, Func<byte[], ReadOnlyMemory<byte>, bool> visit)
    {
        ArgumentNullException.ThrowIfNull(visit);
        var iterator = Native.IteratorCreate(database, folder.ReadOptions);
        try
        {
            var first = from is not null ? from : prefix.IsEmpty ? AfterMark : prefix;
            for (Native.IteratorSeek(iterator, first, (nuint)first.Length); Native.IteratorValid(iterator) != 0; Native.IteratorNext(iterator))
            {
                var address = Copied(Native.IteratorKey(iterator, out var keyLength), keyLength);
                if (!address.AsSpan().StartsWith(prefix))
                    break;
                if (!visit(address, Copied(Native.IteratorValue(iterator, out var length), length)))
                    break;
            }
            nint error = 0;
            Native.IteratorGetError(iterator, ref error);
            Check(ref error, "Reading");
        }
        finally
        {
            Native.IteratorDestroy(iterator);
        }
    }

    /// <inheritdoc/>
    public void Write(IReadOnlyCollection<KeyValuePair<byte[], byte[]?>> batch, long? checkpoint)
    {
        ArgumentNullException.ThrowIfNull(batch);
        RequireRoom("Writing");
        foreach (var (address, image) in batch)
        {
            if (image is null)
                Native.BatchDelete(this.batch, address, (nuint)address.Length);
            else
                Native.BatchPut(this.batch, address, (nuint)address.Length, image, (nuint)image.Length);
        }
        if (isWhole)
            wholeAtMilliseconds = Now;
        var next = checkpoint ?? Checkpoint;
        WriteMark(new StoreMark(next ?? -1, wholeAtMilliseconds).ToBytes());
        Checkpoint = next;
    }

    /// <summary>Writes what is in the batch, and a mark with it.</summary>
    internal void WriteMark(ReadOnlySpan<byte> mark)
    {
        Native.BatchPut(batch, StoreMark.Key, (nuint)StoreMark.Key.Length, mark, (nuint)mark.Length);
        nint error = 0;
        Native.Write(database, folder.WriteOptions, batch, ref error);
        Native.BatchClear(batch);
        Check(ref error, "Writing");
    }

    /// <summary>Closes it; a state that is whole is good from now on for as long as Kafka keeps removals.</summary>
    public void Dispose()
    {
        if (database != 0 && isWhole && !hasFailed)
        {
            try
            {
                Write([], checkpoint: null);
            }
            catch (ImageStoreException exception)
            {
                logger.StoreNotMarked(path, exception.Message);
            }
        }
        Close();
    }

    private static ReadOnlySpan<byte> AfterMark => [1];

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private RocksDbError? TryOpen()
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new RocksDbError(exception.Message, IsDamage: false);
        }
        nint error = 0;
        database = Native.Open(folder.Options, path, ref error);
        if (RocksDbError.Take(ref error) is not { } first)
            return null;
        if (!first.IsCompressionMissing)
            return first;

        // This build of the library cannot compress: more room on disk, otherwise the same.
        Native.OptionsSetCompression(folder.Options, Native.NoCompression);
        database = Native.Open(folder.Options, path, ref error);
        return RocksDbError.Take(ref error);
    }

    // Reads what the store says of itself, and says why it cannot be used.
    private string? WhyNot()
    {
        isWhole = false;
        Checkpoint = null;
        if (!TryGet(StoreMark.Key, out var bytes))
        {
            wholeAtMilliseconds = Now;
            var isEmpty = true;
            Scan([], from: null, (_, _) => isEmpty = false);
            return isEmpty ? null : "nothing says what they are";
        }
        if (StoreMark.Parse(bytes.Span) is not { } mark)
            return "another version of the program wrote them";
        if (Now - mark.WholeAtMilliseconds > maxAge.TotalMilliseconds)
            return "they are too old: the changelog may have forgotten which rows were removed since";
        wholeAtMilliseconds = mark.WholeAtMilliseconds;
        Checkpoint = mark.Checkpoint < 0 ? null : mark.Checkpoint;
        return null;
    }

    private void Renew(string why)
    {
        Close();
        RemoveFiles(why);
        if (TryOpen() is { } error)
        {
            hasFailed = true;
            throw new ImageStoreException($"Opening new row images in {path} failed: {error.Text}.");
        }
        batch = Native.BatchCreate();
        (isWhole, Checkpoint, wholeAtMilliseconds) = (false, null, Now);
    }

    private void RemoveFiles(string why)
    {
        logger.StoreRemoved(path, why);
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            (isDamaged, hasFailed) = (true, true);
            throw new ImageStoreException($"Removing the row images in {path} failed: {exception.Message}");
        }
    }

    // Nothing has happened to the store when it throws: it goes on from the same checkpoint.
    private void RequireRoom(string action)
    {
        if (folder.WhyNoRoom() is { } why)
            throw new ImageStoreException($"{action} the row images in {path} failed: {why}.");
    }

    private void Check(ref nint error, string action)
    {
        if (RocksDbError.Take(ref error) is not { } found)
            return;
        hasFailed = true;
        isDamaged = found.IsDamage;
        throw new ImageStoreException($"{action} the row images in {path} failed: {found.Text}.");
    }

    private void Close()
    {
        if (batch != 0)
            Native.BatchDestroy(batch);
        if (database != 0)
            Native.Close(database);
        (batch, database) = (0, 0);
    }

    private long Property(string name) => database != 0 && Native.PropertyInt(database, name, out var value) == 0 ? (long)value : 0;

    private static byte[] Copied(nint from, nuint length)
    {
        var bytes = new byte[(int)length];
        if (bytes.Length > 0)
            Marshal.Copy(from, bytes, 0, bytes.Length);
        return bytes;
    }
}

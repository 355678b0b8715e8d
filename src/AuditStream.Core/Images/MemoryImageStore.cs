using AuditStream.Core.Json;

namespace AuditStream.Core.Images;

/// <summary>Keeps images in memory. What finds no room is not kept: its row is not known, and its old image is gone too.</summary>
public sealed class MemoryImageStore : IRowImageStore
{
    /// <summary>What an image takes beside its bytes and its address: two arrays and an entry of the table, in bytes, rounded up.</summary>
    private const int OverheadBytes = 128;

    private readonly Dictionary<byte[], byte[]> images = new(ByteKeyComparer.Instance);
    private readonly ImageMemory memory;

    /// <summary>Makes an empty store.</summary>
    /// <param name="memory">What it may take; null for a bound of its own.</param>
    public MemoryImageStore(ImageMemory? memory = null) => this.memory = memory ?? new ImageMemory(ImageMemory.DefaultMaxBytes);

    /// <inheritdoc/>
    public bool HasForgotten { get; private set; }

    /// <inheritdoc/>
    public bool IsDurable => false;

    /// <inheritdoc/>
    public bool IsSorted => false;

    /// <inheritdoc/>
    public long Rows => images.Count;

    /// <inheritdoc/>
    public long Bytes { get; private set; }

    /// <inheritdoc/>
    public long? Checkpoint { get; private set; }

    /// <summary>Nothing is to be opened.</summary>
    public void Open()
    {
    }

    /// <inheritdoc/>
    public void Clear()
    {
        images.Clear();
        Release(Bytes);
        (Checkpoint, HasForgotten) = (null, false);
    }

    /// <summary>Nothing is to be noted.</summary>
    public void Restored()
    {
    }

    /// <inheritdoc/>
    public bool TryGet(ReadOnlySpan<byte> address, out ReadOnlyMemory<byte> image)
    {
        var isThere = images.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(address, out var found);
        image = found;
        return isThere;
    }

    /// <inheritdoc/>
    public void Scan(ReadOnlySpan<byte> prefix, byte[]? from, Func<byte[], ReadOnlyMemory<byte>, bool> visit)
    {
        foreach (var (address, image) in images)
        {
            if (address.AsSpan().StartsWith(prefix) && !visit(address, image))
                return;
        }
    }

    /// <inheritdoc/>
    public void Write(IReadOnlyCollection<KeyValuePair<byte[], byte[]?>> batch, long? checkpoint)
    {
        foreach (var (address, image) in batch)
        {
            if (images.Remove(address, out var old))
                Release(Size(address, old));
            if (image is null)
                continue;
            var size = Size(address, image);
            if (!memory.TryTake(size))
            {
                HasForgotten = true;
                continue;
            }

            images.Add(address, image);
            Bytes += size;
        }

        Checkpoint = checkpoint ?? Checkpoint;
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private static long Size(byte[] address, byte[] image) => OverheadBytes + address.Length + image.Length;

    private void Release(long size)
    {
        Bytes -= size;
        memory.GiveBack(size);
    }
}

using AuditStream.Core.Images;

namespace AuditStream.Core.Tests.Images;

/// <summary>A store that shows its images by the order of their addresses, as one on disk does.</summary>
internal sealed class SortedImageStore : IRowImageStore
{
    private readonly SortedDictionary<byte[], byte[]> images = new(Comparer<byte[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right)));

    public bool HasForgotten => false;

    public bool IsDurable => true;

    public bool IsSorted => true;

    public long Rows => images.Count;

    public long Bytes => 0;

    public long? Checkpoint => null;

    public void Open()
    {
    }

    public void Clear() => images.Clear();

    public void Restored()
    {
    }

    public bool TryGet(ReadOnlySpan<byte> address, out ReadOnlyMemory<byte> image)
    {
        var isThere = images.TryGetValue(address.ToArray(), out var found);
        image = found;
        return isThere;
    }

    public void Scan(ReadOnlySpan<byte> prefix, byte[]? from, Func<byte[], ReadOnlyMemory<byte>, bool> visit)
    {
        foreach (var (address, image) in images)
        {
            if (address.AsSpan().StartsWith(prefix) && address.AsSpan().SequenceCompareTo(from) >= 0 && !visit(address, image))
                return;
        }
    }

    public void Write(IReadOnlyCollection<KeyValuePair<byte[], byte[]?>> batch, long? checkpoint)
    {
        foreach (var (address, image) in batch)
        {
            if (image is null)
                images.Remove(address);
            else
                images[address] = image;
        }
    }

    public void Dispose()
    {
    }
}

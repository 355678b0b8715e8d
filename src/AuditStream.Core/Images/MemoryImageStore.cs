using AuditStream.Core.Json;

namespace AuditStream.Core.Images;

/// <summary>Keeps images in memory, up to a number of rows and of bytes: then all are forgotten.</summary>
public sealed class MemoryImageStore : IRowImageStore
{
    /// <summary>How many rows' images are kept at most, unless told otherwise.</summary>
    public const int DefaultMaxRows = 200_000;

    /// <summary>How much memory the images take at most, unless told otherwise: bytes.</summary>
    public const long DefaultMaxBytes = 512L * 1024 * 1024;

    private readonly Dictionary<string, Dictionary<byte[], KeptImage>> tables = new(StringComparer.Ordinal);
    private readonly int maxRows;
    private readonly long maxBytes;
    private int rows;
    private long bytes;

    /// <summary>Makes an empty store.</summary>
    /// <param name="maxRows">How many rows' images are kept at most.</param>
    /// <param name="maxBytes">How much memory they take at most, in bytes.</param>
    public MemoryImageStore(int maxRows = DefaultMaxRows, long maxBytes = DefaultMaxBytes)
    {
        this.maxRows = maxRows;
        this.maxBytes = maxBytes;
    }

    /// <inheritdoc/>
    public bool HasForgotten { get; private set; }

    /// <inheritdoc/>
    public KeptImage? Find(string table, ReadOnlySpan<byte> key) =>
        tables.TryGetValue(table, out var images) && images.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var image) ? image : null;

    /// <inheritdoc/>
    public void Keep(string table, ReadOnlySpan<byte> key, KeptImage image)
    {
        Remove(table, key);
        if (rows == maxRows || bytes + Size(key.Length, image) > maxBytes)
        {
            tables.Clear();
            (rows, bytes, HasForgotten) = (0, 0, true);
        }

        if (!tables.TryGetValue(table, out var images))
            tables.Add(table, images = new(ByteKeyComparer.Instance));
        images.Add(key.ToArray(), image);
        rows++;
        bytes += Size(key.Length, image);
    }

    /// <inheritdoc/>
    public void Remove(string table, ReadOnlySpan<byte> key)
    {
        if (tables.TryGetValue(table, out var images) && images.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(key, out var found, out var image))
            Forget(found, image);
    }

    /// <inheritdoc/>
    public void RemoveWhere(string? table, Predicate<KeptImage> isPicked)
    {
        foreach (var (name, images) in tables)
        {
            if (table is not null && !string.Equals(name, table, StringComparison.Ordinal))
                continue;
            foreach (var (key, image) in images)
            {
                if (!isPicked(image))
                    continue;
                images.Remove(key);
                Forget(key, image);
            }
        }
    }

    private static long Size(int keyBytes, KeptImage image) => keyBytes + image.Bytes;

    private void Forget(byte[] key, KeptImage image)
    {
        rows--;
        bytes -= Size(key.Length, image);
    }
}

using AuditStream.Core.Json;

namespace AuditStream.Core.Images;

/// <summary>What a transaction does to a store, before it is committed: seen by who asks, and not in the store yet.</summary>
/// <remarks>One instance per task; not thread-safe. Commit gives it to the store, abort drops it: state is never ahead of what the log
/// says.</remarks>
public sealed class ImageBuffer : IDisposable
{
    private readonly IRowImageStore store;
    private readonly Dictionary<byte[], byte[]?> changes = new(ByteKeyComparer.Instance);
    private byte[]? removedBefore;

    /// <summary>Makes a buffer over a store, which it disposes.</summary>
    public ImageBuffer(IRowImageStore store) => this.store = store;

    /// <summary>How many images of a sorted store one removal looks at before it lets the host poll: seconds on a slow disk.</summary>
    internal int MaxVisits { get; init; } = 500_000;

    /// <summary>The store: what is committed.</summary>
    public IRowImageStore Store => store;

    /// <summary>What is not committed: the image by address, null for none any more. The last one of an address counts.</summary>
    public IReadOnlyCollection<KeyValuePair<byte[], byte[]?>> Changes => changes;

    /// <summary>Finds the image of an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="image">The image; valid until the next change.</param>
    /// <returns>False when there is none.</returns>
    public bool TryGet(ReadOnlySpan<byte> address, out ReadOnlyMemory<byte> image)
    {
        if (changes.Count == 0 || !changes.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(address, out var changed))
            return store.TryGet(address, out image);
        image = changed;
        return changed is not null;
    }

    /// <summary>Keeps an image in place of the one before. Both are copied.</summary>
    public void Put(ReadOnlySpan<byte> address, ReadOnlySpan<byte> image) =>
        changes.GetAlternateLookup<ReadOnlySpan<byte>>()[address] = image.ToArray();

    /// <summary>Removes the image of an address, if there is one or may be one that had no room.</summary>
    public void Remove(ReadOnlySpan<byte> address)
    {
        if (store.HasForgotten || TryGet(address, out _))
            changes.GetAlternateLookup<ReadOnlySpan<byte>>()[address] = null;
    }

    /// <summary>Removes the images that a test picks, of addresses that begin so: all of them, or as many as there is room for.</summary>
    /// <param name="prefix">How the addresses begin.</param>
    /// <param name="isPicked">Says of an image whether it goes.</param>
    /// <param name="maxChanges">How many changes may wait for the commit; the removal ends there.</param>
    /// <returns>False when some may be left: after the commit it is to be called again, with the same arguments, before anything else is
    /// done.</returns>
    public bool RemoveWhere(ReadOnlySpan<byte> prefix, Predicate<ReadOnlyMemory<byte>> isPicked, int maxChanges)
    {
        // What waits already is looked at first: it is bounded, and adds no change.
        var picked = new List<byte[]>();
        foreach (var (address, image) in changes)
        {
            if (image is not null && address.AsSpan().StartsWith(prefix) && isPicked(image))
                picked.Add(address);
        }

        foreach (var address in picked)
            changes[address] = null;
        picked.Clear();
        var visits = 0;
        byte[]? next = null;
        store.Scan(prefix, removedBefore, (address, image) =>
        {
            if (changes.Count + picked.Count >= maxChanges || (store.IsSorted && ++visits > MaxVisits))
            {
                next = address;
                return false;
            }

            if (!changes.ContainsKey(address) && isPicked(image))
                picked.Add(address);
            return true;
        });
        foreach (var address in picked)
            changes[address] = null;
        removedBefore = store.IsSorted ? next : null;
        return next is null;
    }

    /// <summary>Gives what is changed to the store.</summary>
    /// <param name="checkpoint">The changelog's next offset after it; null when it is not known.</param>
    /// <exception cref="ImageStoreException">The store does not take it: it is dropped, and only the changelog has it.</exception>
    public void Commit(long? checkpoint = null)
    {
        if (changes.Count == 0)
            return;
        try
        {
            store.Write(changes, checkpoint);
        }
        finally
        {
            changes.Clear();
        }
    }

    /// <summary>Drops what is changed.</summary>
    public void Abort()
    {
        changes.Clear();
        removedBefore = null;
    }

    /// <inheritdoc/>
    public void Dispose() => store.Dispose();
}

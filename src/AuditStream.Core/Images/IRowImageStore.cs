namespace AuditStream.Core.Images;

/// <summary>Where the last images of the rows of one task are kept: the port that a store implements. Bytes by bytes; it knows nothing of
/// rows.</summary>
/// <remarks>What it is given is committed already: nothing is ever taken back. One owner, one thread. Nothing else is called before
/// <see cref="Open"/>; what throws <see cref="ImageStoreException"/> has changed nothing, and the store is to be opened again. Disposing closes
/// it.</remarks>
public interface IRowImageStore : IDisposable
{
    /// <summary>True once an image had no room: an address without an image may have one in the changelog.</summary>
    bool HasForgotten { get; }

    /// <summary>True when it outlives the process, so that its checkpoint is worth knowing.</summary>
    bool IsDurable { get; }

    /// <summary>True when it shows images by the order of their addresses, and can begin in the middle.</summary>
    bool IsSorted { get; }

    /// <summary>How many images it holds; an estimate from above where the store does not count.</summary>
    long Rows { get; }

    /// <summary>How much room they take, in bytes: an estimate from above.</summary>
    long Bytes { get; }

    /// <summary>The changelog's next offset as the last batch that named one left it; null when nothing is known of it, and the whole
    /// changelog is to be read.</summary>
    long? Checkpoint { get; }

    /// <summary>Makes it ready: the first time, and again after an exception. What is there already and cannot be used is removed; then there is
    /// no checkpoint.</summary>
    /// <exception cref="ImageStoreException">It cannot be opened now.</exception>
    void Open();

    /// <summary>Removes all images and the checkpoint.</summary>
    /// <exception cref="ImageStoreException">It cannot be done now.</exception>
    void Clear();

    /// <summary>What it holds is what the changelog says, up to its end; from here on each batch keeps it so.</summary>
    void Restored();

    /// <summary>Finds the image of an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="image">The image; it must not be kept after the next batch.</param>
    /// <returns>False when there is none.</returns>
    bool TryGet(ReadOnlySpan<byte> address, out ReadOnlyMemory<byte> image);

    /// <summary>Shows the addresses that begin so, with their images. Nothing may be written meanwhile.</summary>
    /// <param name="prefix">How they begin.</param>
    /// <param name="from">The address at which to begin, itself included, where the store is sorted; null for the first. Otherwise it is of no
    /// meaning.</param>
    /// <param name="visit">Is shown one after the other, until it returns false.</param>
    void Scan(ReadOnlySpan<byte> prefix, byte[]? from, Func<byte[], ReadOnlyMemory<byte>, bool> visit);

    /// <summary>Puts and deletes, together with the checkpoint where the store can.</summary>
    /// <param name="batch">The image by address, null for none any more. The arrays become the store's.</param>
    /// <param name="checkpoint">The changelog's next offset after them; null when it is not known: then the one before stays, and what is read
    /// again from there gives the same.</param>
    void Write(IReadOnlyCollection<KeyValuePair<byte[], byte[]?>> batch, long? checkpoint);
}

namespace AuditStream.Core.Images;

/// <summary>Where the last images of rows are kept: the port that a store implements.</summary>
/// <remarks>A store may forget, as long as it says so.</remarks>
public interface IRowImageStore
{
    /// <summary>True once an image was forgotten for want of room: a row without an image may have had one that was newer than what is read of
    /// it next.</summary>
    bool HasForgotten { get; }

    /// <summary>The image of a row; null when none is kept.</summary>
    /// <param name="table">The table, by all that names it.</param>
    /// <param name="key">The row's key in canonical form.</param>
    KeptImage? Find(string table, ReadOnlySpan<byte> key);

    /// <summary>Keeps an image in place of the one before.</summary>
    /// <param name="table">The table, by all that names it.</param>
    /// <param name="key">The row's key in canonical form; it is copied.</param>
    /// <param name="image">The image.</param>
    void Keep(string table, ReadOnlySpan<byte> key, KeptImage image);

    /// <summary>Removes the image of a row, if there is one.</summary>
    /// <param name="table">The table, by all that names it.</param>
    /// <param name="key">The row's key in canonical form.</param>
    void Remove(string table, ReadOnlySpan<byte> key);

    /// <summary>Removes the images that a test picks, of one table or, for null, of all.</summary>
    /// <param name="table">The table, by all that names it; null for every table.</param>
    /// <param name="isPicked">The test.</param>
    void RemoveWhere(string? table, Predicate<KeptImage> isPicked);
}

namespace AuditStream.Core.Images;

/// <summary>The memory that all stores of a process share, so that its bound holds however the tasks are spread.</summary>
/// <param name="maxBytes">The bound, in bytes.</param>
public sealed class ImageMemory(long maxBytes)
{
    /// <summary>The bound unless told otherwise: bytes.</summary>
    public const long DefaultMaxBytes = 512L * 1024 * 1024;

    private long used;

    /// <summary>How much is taken, in bytes.</summary>
    public long UsedBytes => Interlocked.Read(ref used);

    /// <summary>Takes so much, or nothing when there is not so much.</summary>
    internal bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref used, bytes) <= maxBytes)
            return true;
        Interlocked.Add(ref used, -bytes);
        return false;
    }

    /// <summary>Gives back so much.</summary>
    internal void GiveBack(long bytes) => Interlocked.Add(ref used, -bytes);
}

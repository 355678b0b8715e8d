namespace AuditStream.Streams.Clients;

/// <summary>Arrays of exact lengths, used again: the client library takes whole arrays only, and copies them before it returns.</summary>
/// <remarks>One array per length up to <see cref="MaxPooledBytes"/>, so at most 8 MiB when every length occurs; longer ones are made
/// anew, where the
/// copy itself outweighs the allocation. Valid until the next call with the same length; not thread-safe.</remarks>
internal sealed class ExactArrays
{
    /// <summary>The longest array that is kept, in bytes.</summary>
    internal const int MaxPooledBytes = 4096;

    private readonly byte[]?[] arrays = new byte[]?[MaxPooledBytes + 1];

    /// <summary>The bytes in an array of their exact length; null for null.</summary>
    internal byte[]? Copy(ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } memory)
            return null;
        if (memory.Length > MaxPooledBytes)
            return memory.ToArray();
        var array = arrays[memory.Length] ??= new byte[memory.Length];
        memory.Span.CopyTo(array);
        return array;
    }
}

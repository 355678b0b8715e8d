using System.Buffers.Binary;

namespace AuditStream.RocksDb;

/// <summary>What a store says of itself, written with each batch.</summary>
/// <param name="Checkpoint">The changelog's next offset; negative for none.</param>
/// <param name="WholeAtMilliseconds">When it was last known to be what the changelog says, or when its restore began: milliseconds since the Unix
/// epoch.</param>
/// <remarks>
/// <code>
/// byte 0      the format's version: 1
/// bytes 1-8   checkpoint, big-endian
/// bytes 9-16  time, big-endian
/// </code>
/// </remarks>
internal readonly record struct StoreMark(long Checkpoint, long WholeAtMilliseconds)
{
    private const byte Version = 1;
    private const int Length = 17;

    /// <summary>Under which key it is kept: before all addresses, which begin with a bracket.</summary>
    internal static ReadOnlySpan<byte> Key => [0];

    /// <summary>Reads one.</summary>
    /// <returns>Null when it is none of this version.</returns>
    internal static StoreMark? Parse(ReadOnlySpan<byte> bytes) => bytes.Length == Length && bytes[0] == Version
        ? new StoreMark(BinaryPrimitives.ReadInt64BigEndian(bytes[1..]), BinaryPrimitives.ReadInt64BigEndian(bytes[9..])) : null;

    /// <summary>Its bytes.</summary>
    internal byte[] ToBytes()
    {
        var bytes = new byte[Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), Checkpoint);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(9), WholeAtMilliseconds);
        return bytes;
    }
}

using System.Buffers.Binary;

namespace AuditStream.Streams.Topics;

/// <summary>Which partition of the repartition topic a row's address belongs to: murmur2 of its bytes, as Kafka's Java client has it.</summary>
/// <remarks>Reckoned here and not by the client: over the configured number of partitions, so that rows stay where they are should somebody add
/// partitions to the topic.</remarks>
internal static class RowPartition
{
    private const uint Seed = 0x9747b28c;
    private const uint Multiplier = 0x5bd1e995;

    /// <summary>The partition, from 0.</summary>
    internal static int Of(ReadOnlySpan<byte> address, int partitions) => (int)(Murmur2(address) & 0x7FFFFFFF) % partitions;

    private static uint Murmur2(ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            var hash = Seed ^ (uint)bytes.Length;
            for (; bytes.Length >= 4; bytes = bytes[4..])
            {
                var word = BinaryPrimitives.ReadUInt32LittleEndian(bytes) * Multiplier;
                word = (word ^ (word >> 24)) * Multiplier;
                hash = (hash * Multiplier) ^ word;
            }
            if (bytes.Length > 0)
            {
                for (var rest = bytes.Length - 1; rest >= 0; rest--)
                    hash ^= (uint)bytes[rest] << (8 * rest);
                hash *= Multiplier;
            }
            hash = (hash ^ (hash >> 13)) * Multiplier;
            return hash ^ (hash >> 15);
        }
    }
}

using System.Buffers.Binary;
using AuditStream.Core.Flow;

namespace AuditStream.Streams.Ledger;

/// <summary>A range of a partition's records whose ledger event is not written yet. Immutable.</summary>
/// <remarks>
/// It stands in the task's record, so that the next owner goes on with it:
/// <code>
///  byte 0      the format's version, 1
///  8 each      from, to, timestamp of the last record; big-endian
///  then        the sums, as LedgerEntry writes them
/// </code>
/// A range without records says where the next one begins.
/// </remarks>
/// <param name="From">Its first offset.</param>
/// <param name="To">The offset after its last record.</param>
/// <param name="TimestampMilliseconds">The Kafka timestamp of its last record; -1 while it has none.</param>
/// <param name="Counts">The sums; not changed any more.</param>
internal sealed record OpenRange(long From, long To, long TimestampMilliseconds, LedgerEntry Counts)
{
    private const byte Version = 1;
    private const int FixedBytes = 1 + (3 * sizeof(long));

    /// <summary>True when it has no records.</summary>
    internal bool IsEmpty => Counts.Consumed == 0;

    /// <summary>A range that begins here and has no records yet.</summary>
    internal static OpenRange At(long offset) => new(offset, offset, -1, new LedgerEntry());

    /// <summary>The same range, longer.</summary>
    /// <param name="to">The offset after its last record.</param>
    /// <param name="timestampMilliseconds">That record's timestamp.</param>
    /// <param name="more">The sums of what is added.</param>
    internal OpenRange Longer(long to, long timestampMilliseconds, LedgerEntry more)
    {
        var counts = new LedgerEntry();
        counts.Add(Counts);
        counts.Add(more);
        return new OpenRange(From, to, timestampMilliseconds, counts);
    }

    internal byte[] ToBytes()
    {
        var counts = Counts.ToBytes();
        var bytes = new byte[FixedBytes + counts.Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), From);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(9), To);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(17), TimestampMilliseconds);
        counts.CopyTo(bytes, FixedBytes);
        return bytes;
    }

    /// <summary>Reads one; null for what is none, or of a version that is not known.</summary>
    internal static OpenRange? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedBytes || bytes[0] != Version || LedgerEntry.Read(bytes[FixedBytes..]) is not { } counts)
            return null;
        return new OpenRange(
            BinaryPrimitives.ReadInt64BigEndian(bytes[1..]), BinaryPrimitives.ReadInt64BigEndian(bytes[9..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[17..]), counts);
    }
}

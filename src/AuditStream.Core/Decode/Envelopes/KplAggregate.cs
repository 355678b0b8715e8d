using System.Security.Cryptography;

namespace AuditStream.Core.Decode.Envelopes;

/// <summary>Several records in one of Kinesis, as the Kinesis Producer Library packs them.</summary>
/// <remarks>
/// <code>
/// bytes  what                              worked bytes
/// 4      magic                             f3 89 9a c2
/// n      protocol buffers                  0a 01 61             partition key "a"
///        1: partition key, repeated        1a 06 08 00 1a 02 7b 7d   record: key 0, data "{}"
///        2: hash key, repeated
///        3: record, repeated: 1 index of its key, 2 of its hash key, 3 data
/// 16     MD5 of the protocol buffers
/// </code>
/// </remarks>
internal static class KplAggregate
{
    private const int MagicBytes = 4;
    private const int ChecksumBytes = 16;

    /// <summary>True for bytes that begin as an aggregate does; no JSON and no framing of a registry does.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0xF3, 0x89, 0x9A, 0xC2]);

    /// <summary>Finds the records of an aggregate; false when it is broken.</summary>
    /// <param name="bytes">The aggregate.</param>
    /// <param name="keys">Takes the partition keys.</param>
    /// <param name="records">Takes, for each record, its key's index and where its data stands.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, List<Range> keys, List<(int Key, Range Data)> records)
    {
        keys.Clear();
        records.Clear();
        if (bytes.Length < MagicBytes + ChecksumBytes)
            return false;
        var end = bytes.Length - ChecksumBytes;
#pragma warning disable CA5351 // The format's own checksum against broken bytes; nothing is protected by it.
        if (!MD5.HashData(bytes[MagicBytes..end]).AsSpan().SequenceEqual(bytes[end..]))
            return false;
#pragma warning restore CA5351
        var position = MagicBytes;
        while (position < end)
        {
            if (!TryField(bytes, ref position, end, out var field, out var isNumber, out var content))
                return false;
            if (isNumber && field is (1 or 3))
                return false;
            if (field == 1)
                keys.Add(content);
            if (field == 3 && !TryRecord(bytes, content, records))
                return false;
        }

        return records.TrueForAll(record => record.Key < keys.Count);
    }

    private static bool TryRecord(ReadOnlySpan<byte> bytes, Range place, List<(int Key, Range Data)> records)
    {
        var position = place.Start.Value;
        var end = place.End.Value;
        var key = -1;
        Range? data = null;
        while (position < end)
        {
            if (!TryField(bytes, ref position, end, out var field, out var isNumber, out var content) || (field is 1 or 3 && isNumber != (field == 1)))
                return false;
            if (field == 1)
                key = content.End.Value;
            if (field == 3)
                data = content;
        }

        if (key < 0 || data is null)
            return false;
        records.Add((key, data.Value));
        return true;
    }

    /// <summary>Reads a field: where its bytes stand, or for a number from zero to it, which is no place.</summary>
    private static bool TryField(ReadOnlySpan<byte> bytes, ref int position, int end, out int field, out bool isNumber, out Range content)
    {
        field = 0;
        isNumber = false;
        content = default;
        if (!TryNumber(bytes, ref position, end, out var tag) || !TryNumber(bytes, ref position, end, out var number))
            return false;
        field = tag >> 3;
        isNumber = (tag & 7) == 0;
        switch (tag & 7)
        {
            case 0:
                content = ..number;
                return true;
            case 2 when number <= end - position:
                content = position..(position + number);
                position += number;
                return true;
            default:
                return false;
        }
    }

    private static bool TryNumber(ReadOnlySpan<byte> bytes, ref int position, int end, out int number)
    {
        long value = 0;
        for (var shift = 0; shift <= 28 && position < end; shift += 7)
        {
            var part = bytes[position++];
            value |= (long)(part & 0x7F) << shift;
            if (part >= 0x80)
                continue;
            number = (int)value;
            return value <= int.MaxValue;
        }

        number = 0;
        return false;
    }
}

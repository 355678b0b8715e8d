using System.Buffers.Binary;
using System.Buffers.Text;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>Writes the coordinate of a change: what its event id is made of, the same for every redelivery by the source.</summary>
/// <remarks>
/// <para>A coordinate is a version byte and fields. Every field carries its tag and its length, so that no two sets of values give the same
/// bytes; a field whose value is not known is left out; fields stand in the order of the table.</para>
/// <code>
/// byte   01                    version of this form
/// field  tag (1 byte) | length (4 bytes, big-endian) | UTF-8
///
/// tag  value
///  N   source name               I  incarnation, decimal digits
///  D   database                  S  schema                        T  table
///  O   operation as delivered    P  position in the source's log  X  transaction id
///  C   place in the transaction  K  key, canonical JSON           Z  snapshot and its time, or other discriminating text
///  R   raw topic                 A  raw partition and offset (weak identity only)
///  E   index and sequence number in a record that holds several (weak identity only)
///
/// 01  4E 00000003 62 6E 6B  49 00000001 31  4F 00000001 63        source bnk, incarnation 1, operation c
/// </code>
/// </remarks>
public static class CoordinateWriter
{
    /// <summary>The version of this form.</summary>
    public const byte Version = 1;

    /// <summary>Starts a coordinate.</summary>
    public static void Begin(ByteWriter output) => output.Write(Version);

    /// <summary>Writes a field, unless its value is empty.</summary>
    public static void Field(ByteWriter output, char tag, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return;
        var room = output.GetSpan(5 + value.Length);
        room[0] = (byte)tag;
        BinaryPrimitives.WriteInt32BigEndian(room[1..], value.Length);
        value.CopyTo(room[5..]);
        output.Advance(5 + value.Length);
    }

    /// <summary>Writes a field of text, unless it is null or empty.</summary>
    public static void Field(ByteWriter output, char tag, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return;
        var room = output.GetSpan(5 + System.Text.Encoding.UTF8.GetMaxByteCount(value.Length));
        var length = System.Text.Encoding.UTF8.GetBytes(value, room[5..]);
        room[0] = (byte)tag;
        BinaryPrimitives.WriteInt32BigEndian(room[1..], length);
        output.Advance(5 + length);
    }

    /// <summary>Writes a field of decimal digits.</summary>
    public static void Field(ByteWriter output, char tag, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out var length);
        Field(output, tag, digits[..length]);
    }
}

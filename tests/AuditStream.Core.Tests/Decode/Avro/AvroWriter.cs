using System.Buffers.Binary;
using System.Text;

namespace AuditStream.Core.Tests.Decode.Avro;

/// <summary>Writes Avro's binary form, value by value, as its specification says: written for the tests, from nothing that the product reads
/// with.</summary>
internal sealed class AvroWriter
{
    private readonly List<byte> bytes = [];

    public int Length => bytes.Count;

    public byte[] ToArray() => [.. bytes];

    public AvroWriter Raw(params byte[] raw)
    {
        bytes.AddRange(raw);
        return this;
    }

    public AvroWriter Boolean(bool value) => Raw(value ? (byte)1 : (byte)0);

    /// <summary>An int or a long; also the number of a branch or symbol, the count of a block, a length.</summary>
    public AvroWriter Long(long value)
    {
        var bits = (ulong)((value << 1) ^ (value >> 63));
        while (bits > 0x7F)
        {
            bytes.Add((byte)(bits | 0x80));
            bits >>= 7;
        }

        bytes.Add((byte)bits);
        return this;
    }

    public AvroWriter Float(float value)
    {
        var four = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(four, value);
        return Raw(four);
    }

    public AvroWriter Double(double value)
    {
        var eight = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(eight, value);
        return Raw(eight);
    }

    public AvroWriter Bytes(params byte[] value) => Long(value.Length).Raw(value);

    public AvroWriter String(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    /// <summary>A datum in Confluent's framing.</summary>
    public static byte[] Framed(int id, byte[] datum)
    {
        var framed = new byte[5 + datum.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), id);
        datum.CopyTo(framed, 5);
        return framed;
    }
}

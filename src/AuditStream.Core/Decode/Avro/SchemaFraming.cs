using System.Buffers.Binary;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode.Avro;

/// <summary>What stands before a datum: which schema it was written with, and where it begins.</summary>
/// <remarks>
/// <code>
/// bytes                                        framing
/// 00  00 00 00 07  …                           Confluent: id 7, 32 bits, big-endian
/// 00  00 00 00 00 00 00 00 07  …               Apicurio: id 7, 64 bits, big-endian
/// 03  00  16 bytes  …                          AWS Glue: UUID of the schema version
/// 03  05  16 bytes  78 9C …                    the same, the datum as a zlib stream
/// </code>
/// Registries number from 1, so four zeros behind the first byte are the upper half of a 64-bit id.
/// </remarks>
/// <param name="Id">The schema.</param>
/// <param name="Start">Where the datum begins.</param>
/// <param name="IsDeflated">True when the datum is a zlib stream.</param>
internal readonly record struct SchemaFraming(SchemaId Id, int Start, bool IsDeflated)
{
    private const int ConfluentBytes = 5;
    private const int ApicurioBytes = 9;
    private const int GlueBytes = 18;
    private const byte RegistryMark = 0;
    private const byte GlueMark = 3;
    private const byte GlueDeflated = 5;

    /// <summary>True when the first byte is that of a framing: no JSON text begins so.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.Length > 0 && bytes[0] is RegistryMark or GlueMark;

    /// <summary>Reads the framing of a record that begins with one; null when it is whole.</summary>
    public static Rejection? Read(ReadOnlySpan<byte> bytes, out SchemaFraming framing)
    {
        framing = default;
        if (bytes[0] == GlueMark)
            return ReadGlue(bytes, out framing);
        if (bytes.Length < ConfluentBytes)
            return Truncated(bytes);
        var id = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
        if (id != 0)
        {
            framing = new SchemaFraming(new SchemaId(SchemaIdKind.Confluent, id), ConfluentBytes, IsDeflated: false);
            return id <= int.MaxValue ? null : new Rejection(RejectionCode.MalformedAvro, "The schema's id is negative.", ByteOffset: 1);
        }

        if (bytes.Length < ApicurioBytes)
            return Truncated(bytes);
        framing = new SchemaFraming(
            new SchemaId(SchemaIdKind.Apicurio, BinaryPrimitives.ReadUInt64BigEndian(bytes[1..])), ApicurioBytes, IsDeflated: false);
        return null;
    }

    private static Rejection? ReadGlue(ReadOnlySpan<byte> bytes, out SchemaFraming framing)
    {
        framing = default;
        if (bytes.Length < GlueBytes)
            return Truncated(bytes);
        if (bytes[1] is not (0 or GlueDeflated))
            return new Rejection(RejectionCode.MalformedAvro, "The framing names a compression that does not exist.", ByteOffset: 1);
        framing = new SchemaFraming(
            new SchemaId(SchemaIdKind.Glue, BinaryPrimitives.ReadUInt128BigEndian(bytes[2..])), GlueBytes, bytes[1] == GlueDeflated);
        return null;
    }

    private static Rejection Truncated(ReadOnlySpan<byte> bytes) =>
        new(RejectionCode.TruncatedAvro, "The record ends inside of a schema registry's framing.", bytes.Length);
}

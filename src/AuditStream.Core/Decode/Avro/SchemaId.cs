using System.Buffers.Binary;
using System.Globalization;

namespace AuditStream.Core.Decode.Avro;

/// <summary>What a record calls its writer's schema. The schema of an id never changes.</summary>
/// <param name="Kind">Which numbering it belongs to.</param>
/// <param name="Number">The number; a UUID as the number of its 16 bytes in the order in which it is written.</param>
public readonly record struct SchemaId(SchemaIdKind Kind, UInt128 Number)
{
    /// <summary>The id as a registry's address and a file's name have it: digits, or a UUID in lower case.</summary>
    public override string ToString()
    {
        if (Kind is not (SchemaIdKind.Glue or SchemaIdKind.ConfluentGuid))
            return Number.ToString(CultureInfo.InvariantCulture);
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Number);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }
}

using System.Buffers.Binary;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode.Avro;

/// <summary>Schema ids that stand in a record's headers, as converters and serializers write them when they are told to: then nothing stands before the
/// datum.</summary>
/// <remarks>
/// <code>
/// header                                             value
/// apicurio.value.globalId, apicurio.value.contentId  the id, 64 bits, big-endian
/// __value_schema_id (Confluent)                      01, and 16 bytes: the schema's UUID
/// __value_schema_id                                  00, and the id, 32 bits, big-endian
/// </code>
/// Of the key: <c>apicurio.key.</c> and <c>__key_schema_id</c>.
/// </remarks>
internal static class SchemaIdHeaders
{
    private const int GuidBytes = 17;
    private const int IdBytes = 5;
    private const byte IdMark = 0;
    private const byte GuidMark = 1;

    /// <summary>The id of the value's schema; null without.</summary>
    public static SchemaId? OfValue(IReadOnlyList<RecordHeader>? headers) =>
        Find(headers, "apicurio.value.globalId", "apicurio.value.contentId", "__value_schema_id");

    /// <summary>The id of the key's schema; null without.</summary>
    public static SchemaId? OfKey(IReadOnlyList<RecordHeader>? headers) =>
        Find(headers, "apicurio.key.globalId", "apicurio.key.contentId", "__key_schema_id");

    private static SchemaId? Find(IReadOnlyList<RecordHeader>? headers, string globalId, string contentId, string confluentId)
    {
        for (var index = 0; index < (headers?.Count ?? 0); index++)
        {
            // Not null: its count is not 0.
            var header = headers![index];
            if (header.Name.Length == 0 || header.Name[0] is not ('a' or '_') || header.Value is not { } bytes)
                continue;
            if (header.Name == confluentId && OfConfluent(bytes.Span) is { } id)
                return id;
            if (header.Name == globalId && bytes.Length == sizeof(ulong))
                return new SchemaId(SchemaIdKind.ApicurioGlobal, BinaryPrimitives.ReadUInt64BigEndian(bytes.Span));
            if (header.Name == contentId && bytes.Length == sizeof(ulong))
                return new SchemaId(SchemaIdKind.ApicurioContent, BinaryPrimitives.ReadUInt64BigEndian(bytes.Span));
        }

        return null;
    }

    private static SchemaId? OfConfluent(ReadOnlySpan<byte> value) => value.Length switch
    {
        GuidBytes when value[0] == GuidMark => new SchemaId(SchemaIdKind.ConfluentGuid, BinaryPrimitives.ReadUInt128BigEndian(value[1..])),
        IdBytes when value[0] == IdMark => new SchemaId(SchemaIdKind.Confluent, BinaryPrimitives.ReadUInt32BigEndian(value[1..])),
        _ => null,
    };
}

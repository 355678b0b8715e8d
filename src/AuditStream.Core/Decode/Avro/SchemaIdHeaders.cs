using System.Buffers.Binary;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode.Avro;

/// <summary>Schema ids that stand in a record's headers, as Apicurio's converters write them when they are told to: then nothing stands
/// before the datum.</summary>
internal static class SchemaIdHeaders
{
    private const string Prefix = "apicurio.";

    /// <summary>The id of the value's schema; null without.</summary>
    public static SchemaId? OfValue(IReadOnlyList<RecordHeader>? headers) => Find(headers, "apicurio.value.globalId", "apicurio.value.contentId");

    /// <summary>The id of the key's schema; null without.</summary>
    public static SchemaId? OfKey(IReadOnlyList<RecordHeader>? headers) => Find(headers, "apicurio.key.globalId", "apicurio.key.contentId");

    private static SchemaId? Find(IReadOnlyList<RecordHeader>? headers, string globalId, string contentId)
    {
        for (var index = 0; index < (headers?.Count ?? 0); index++)
        {
            // Not null: its count is not 0.
            var header = headers![index];
            if (!header.Name.StartsWith(Prefix, StringComparison.Ordinal) || header.Value is not { Length: sizeof(ulong) } bytes)
                continue;
            if (header.Name == globalId)
                return new SchemaId(SchemaIdKind.ApicurioGlobal, BinaryPrimitives.ReadUInt64BigEndian(bytes.Span));
            if (header.Name == contentId)
                return new SchemaId(SchemaIdKind.ApicurioContent, BinaryPrimitives.ReadUInt64BigEndian(bytes.Span));
        }

        return null;
    }
}

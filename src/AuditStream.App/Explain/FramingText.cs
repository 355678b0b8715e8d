using System.Buffers.Binary;
using System.Globalization;
using AuditStream.Core.Flow;

namespace AuditStream.App.Explain;

/// <summary>Says by its first bytes how a record's value is framed.</summary>
internal static class FramingText
{
    private const byte ConfluentMagic = 0;

    /// <summary>A few words.</summary>
    public static string Of(in RawRecord record) => record.Value.GetValueOrDefault().Span.TrimStart(" \t\r\n"u8) switch
    {
        [] => "no value",
        [ConfluentMagic, _, _, _, _, ..] value =>
            string.Create(CultureInfo.InvariantCulture, $"Avro with schema {BinaryPrimitives.ReadInt32BigEndian(value[1..])} of the registry"),
        [(byte)'{', ..] value when StartsWithMember(value, "\"schema\""u8) || StartsWithMember(value, "\"payload\""u8) => "JSON in Connect's schema and payload",
        [(byte)'{', ..] => "JSON without schema (values as the connector wrote them)",
        _ => "",
    };

    private static bool StartsWithMember(ReadOnlySpan<byte> value, ReadOnlySpan<byte> name) => value[1..].TrimStart(" \t\r\n"u8).StartsWith(name);
}

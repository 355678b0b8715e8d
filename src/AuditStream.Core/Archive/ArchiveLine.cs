using System.Buffers;
using System.Text.Json;

namespace AuditStream.Core.Archive;

/// <summary>One line of an archive: a JSON object of an event and of what it does not hold.</summary>
/// <remarks>
/// <code>
/// {"shard":0,"block":4,"stream_offset":65,"fact_scheme":1,"fact_hash":"hex","event_uid":"hex","body":{…}}
/// </code>
/// <c>block</c> is null for an event that is older than the chain. <c>body</c> stands last, byte for byte as on the final topic. A body with a line end in
/// it, which no event of this product has, is <c>body_base64</c> instead.
/// </remarks>
public static class ArchiveLine
{
    private const int MaxDepth = 10_000;
    private static readonly JsonWriterOptions form = new() { SkipValidation = true };
    private static readonly JsonReaderOptions limits = new() { MaxDepth = MaxDepth };

    /// <summary>Writes a line with its line feed.</summary>
    public static void Write(in ArchivedRow row, IBufferWriter<byte> to)
    {
        using (var writer = new Utf8JsonWriter(to, form))
        {
            writer.WriteStartObject();
            writer.WriteNumber("shard"u8, row.Shard);
            if (row.Block is { } block)
                writer.WriteNumber("block"u8, block);
            else
                writer.WriteNull("block"u8);
            writer.WriteNumber("stream_offset"u8, row.StreamOffset);
            writer.WriteNumber("fact_scheme"u8, row.FactScheme);
            writer.WriteString("fact_hash"u8, Convert.ToHexStringLower(row.FactHash));
            writer.WriteString("event_uid"u8, Convert.ToHexStringLower(row.EventUid));
            if (row.Body.Span.IndexOfAny((byte)'\n', (byte)'\r') >= 0)
            {
                writer.WriteBase64String("body_base64"u8, row.Body.Span);
            }
            else
            {
                writer.WritePropertyName("body"u8);
                writer.WriteRawValue(row.Body.Span, skipInputValidation: true);
            }
            writer.WriteEndObject();
        }
        to.Write("\n"u8);
    }

    /// <summary>Reads a line without its line feed; false when it is none.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> line, out ArchivedRow row)
    {
        row = default;
        try
        {
            var reader = new Utf8JsonReader(line.Span, limits);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!TryReadMember(ref reader, line, ref row))
                    return false;
            }
            return reader.TokenType == JsonTokenType.EndObject && reader.BytesConsumed == line.Length
                && row is { FactHash.Length: Chain.MerkleTree.HashBytes, EventUid.Length: Chain.MerkleTree.HashBytes, Body.Length: > 0 };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private static bool TryReadMember(ref Utf8JsonReader reader, ReadOnlyMemory<byte> line, ref ArchivedRow row)
    {
        if (Is(ref reader, "shard"u8))
            row = row with { Shard = reader.GetInt32() };
        else if (Is(ref reader, "block"u8))
            row = row with { Block = reader.TokenType == JsonTokenType.Null ? null : reader.GetInt64() };
        else if (Is(ref reader, "stream_offset"u8))
            row = row with { StreamOffset = reader.GetInt64() };
        else if (Is(ref reader, "fact_scheme"u8))
            row = row with { FactScheme = reader.GetInt16() };
        else if (Is(ref reader, "fact_hash"u8))
            row = row with { FactHash = Convert.FromHexString(reader.GetString() ?? "") };
        else if (Is(ref reader, "event_uid"u8))
            row = row with { EventUid = Convert.FromHexString(reader.GetString() ?? "") };
        else if (Is(ref reader, "body_base64"u8))
            row = row with { Body = reader.GetBytesFromBase64() };
        else if (Is(ref reader, "body"u8))
            row = row with { Body = Raw(ref reader, line) };
        else
            return false;
        return true;
    }

    private static ReadOnlyMemory<byte> Raw(ref Utf8JsonReader reader, ReadOnlyMemory<byte> line)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return line[start..(int)reader.BytesConsumed];
    }

    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) => reader.ValueTextEquals(name) && reader.Read();
}

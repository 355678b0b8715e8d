using System.IO.Compression;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Avro;

/// <summary>Reads records whose schema is named by an id: finds the schema, once for each id, and writes the datum as text.</summary>
internal sealed class AvroReader
{
    /// <summary>How many schemas are kept; then all are forgotten.</summary>
    public const int MaxSchemas = 1_024;

    /// <summary>The longest datum that comes out of a zlib stream, in bytes.</summary>
    public const int MaxInflatedBytes = 16 * 1024 * 1024;

    private readonly ISchemaSource? source;
    private readonly AvroSchemaParser parser = new();
    private readonly AvroTranscoder transcoder = new();
    private readonly AvroJsonForm jsonForm = new();
    private readonly Dictionary<SchemaId, (AvroSchema? Schema, Rejection? Refusal)> byId = [];

    /// <summary>Makes a reader.</summary>
    /// <param name="source">Where schemas come from; null when none is configured: then every id is unknown.</param>
    public AvroReader(ISchemaSource? source) => this.source = source;

    /// <summary>Writes a record's datum as text; null when it is one.</summary>
    /// <param name="bytes">The record's value or key.</param>
    /// <param name="named">The schema's id where a header names it; null when it stands before the datum.</param>
    /// <param name="text">Takes the text.</param>
    /// <param name="schema">The schema of the datum and of its text.</param>
    /// <exception cref="SchemaNotNowException">The schema cannot be told now.</exception>
    public Rejection? Read(ReadOnlySpan<byte> bytes, SchemaId? named, ByteWriter text, out AvroSchema? schema)
    {
        schema = null;
        var rejection = Frame(bytes, named, out var framing);
        if (rejection is not null)
            return rejection;
        rejection = Find(framing.Id, out schema);
        if (rejection is not null || schema is null)
            return rejection;
        if (!framing.IsDeflated)
            return ReadDatum(bytes, framing.Start, schema, text);
        if (!TryInflate(bytes[framing.Start..], out var datum))
            return new Rejection(RejectionCode.MalformedAvro, "What stands in a compressed framing is no zlib stream within the limits.", framing.Start);
        // A place in the inflated bytes is none in the record.
        rejection = transcoder.Write(datum, 0, schema, text);
        return rejection is null ? null : rejection with { ByteOffset = framing.Start };
    }

    /// <summary>The place in a record of the value that stands at a place of the text that was made of it.</summary>
    public long Locate(ReadOnlySpan<byte> bytes, SchemaId? named, long textPosition)
    {
        if (Frame(bytes, named, out var framing) is not null || !byId.TryGetValue(framing.Id, out var known) || known.Schema is null)
            return -1;
        var isText = framing.IsDeflated
            || (AvroJsonForm.MayBe(bytes[framing.Start..], known.Schema) && transcoder.Write(bytes, framing.Start, known.Schema, new ByteWriter()) is not null);
        return isText ? framing.Start : transcoder.Locate(bytes, framing.Start, known.Schema, (int)textPosition, new ByteWriter());
    }

    /// <summary>Reads a datum in binary form, or in Avro's JSON form where it looks like that.</summary>
    private Rejection? ReadDatum(ReadOnlySpan<byte> bytes, int start, AvroSchema schema, ByteWriter text)
    {
        if (!AvroJsonForm.MayBe(bytes[start..], schema))
            return transcoder.Write(bytes, start, schema, text);
        var asText = jsonForm.Write(bytes[start..], start, schema, text, out var isJson);
        if (asText is null)
            return null;
        var asBinary = transcoder.Write(bytes, start, schema, text);
        return asBinary is not null && isJson ? asText : asBinary;
    }

    private static Rejection? Frame(ReadOnlySpan<byte> bytes, SchemaId? named, out SchemaFraming framing)
    {
        if (named is not { } id)
            return SchemaFraming.Read(bytes, out framing);
        framing = new SchemaFraming(id, Start: 0, IsDeflated: false);
        return null;
    }

    private Rejection? Find(SchemaId id, out AvroSchema? schema)
    {
        if (!byId.TryGetValue(id, out var known))
        {
            var answer = source?.Find(id)
                ?? SchemaAnswer.Unknown($"No schema registry is configured, so the schema of id {id} is not known.");
            if (answer.Kind == SchemaAnswerKind.NotNow)
                throw new SchemaNotNowException(answer.Reason);
            if (answer.Kind == SchemaAnswerKind.Unknown)
            {
                // Not kept: a registry may learn of it.
                schema = null;
                return new Rejection(RejectionCode.UnknownSchema, answer.Reason, ByteOffset: 1);
            }

            known = Parse(id, answer);
            if (byId.Count >= MaxSchemas)
                byId.Clear();
            byId.Add(id, known);
        }

        schema = known.Schema;
        return known.Refusal;
    }

    private (AvroSchema? Schema, Rejection? Refusal) Parse(SchemaId id, in SchemaAnswer answer)
    {
        if (answer.Kind == SchemaAnswerKind.Unsupported)
            return (null, new Rejection(RejectionCode.UnsupportedSchema, answer.Reason, ByteOffset: 1));
        var schema = parser.Parse(answer.Schema.Span, out var reason, answer.References);
        return schema is null
            ? (null, new Rejection(RejectionCode.MalformedSchema, $"The schema of id {id} is no Avro schema: {reason}.", ByteOffset: 1))
            : (schema, null);
    }

    private static bool TryInflate(ReadOnlySpan<byte> stream, out byte[] datum)
    {
        datum = [];
        using var deflated = new ZLibStream(new MemoryStream(stream.ToArray()), CompressionMode.Decompress);
        using var inflated = new MemoryStream();
        var room = new byte[81_920];
        try
        {
            for (int read; (read = deflated.Read(room)) > 0;)
            {
                if (inflated.Length + read > MaxInflatedBytes)
                    return false;
                inflated.Write(room, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            return false;
        }

        datum = inflated.ToArray();
        return true;
    }
}

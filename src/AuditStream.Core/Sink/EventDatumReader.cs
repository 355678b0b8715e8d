using System.Text.Unicode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Sink;

/// <summary>Makes of an event in Avro the canonical JSON that the same event has as JSON, byte for byte.</summary>
/// <remarks>
/// <para>It goes by the schema that the event was written with, so that events of an earlier or later version of the product, whose schema has other
/// optional members, are read whole.</para>
/// <code>
/// in the schema                    in the JSON
/// record, map, array               object, object, array; entries in the order of the datum, which is the canonical one
/// string of logical type json      the text itself
/// string, int, long, boolean       string, number, number, literal
/// a union's null                   the member is left out; in an insert, update or delete a null changed is written as null, and changes too
/// </code>
/// </remarks>
internal sealed class EventDatumReader
{
    /// <summary>How many schemas are kept; then all are forgotten.</summary>
    public const int MaxSchemas = 64;

    /// <summary>How deep a datum may be, in values.</summary>
    public const int MaxDepth = 16;

    private readonly ISchemaSource? source;
    private readonly AvroSchemaParser parser = new();
    private readonly Dictionary<SchemaId, AvroSchema> known = [];
    private readonly ByteWriter body = new();
    private int changedAt;
    private Range operation;

    /// <summary>Makes a reader.</summary>
    /// <param name="source">Where schemas come from; null when none is configured: then an event in Avro waits for that.</param>
    public EventDatumReader(ISchemaSource? source) => this.source = source;

    /// <summary>Reads an event; its JSON is valid until the next one.</summary>
    /// <param name="value">The record's value.</param>
    /// <param name="json">The event's canonical JSON; empty when there is none.</param>
    /// <returns>Null, or why it is no event.</returns>
    /// <exception cref="SchemaNotNowException">The schema of its id is not to be had now, or no registry is configured. It says nothing about the
    /// event.</exception>
    public Rejection? Read(ReadOnlySpan<byte> value, out ReadOnlySpan<byte> json)
    {
        json = default;
        if (!SchemaFraming.Begins(value) || SchemaFraming.Read(value, out var framing) is not null || framing.Id.Kind != SchemaIdKind.Confluent)
            return NotAnEvent("The value is not in the framing of a Confluent registry, and the header content-type says that it is.", 0);
        if (Find(framing.Id, out var schema) is { } rejection)
            return rejection;
        body.Clear();
        (changedAt, operation) = (-1, default);
        var position = framing.Start;
        if (schema is not { Kind: AvroKind.Record } || !Value(value, ref position, schema, depth: 0) || position != value.Length)
            return NotAnEvent("The value is not what the event's Avro schema says.", position);
        if (changedAt >= 0 && body.Written[operation] is var text
            && (text.SequenceEqual("\"insert\""u8) || text.SequenceEqual("\"update\""u8) || text.SequenceEqual("\"delete\""u8)))
        {
            body.Insert(changedAt, "\"changed\":null,\"changes\":null,"u8);
        }
        json = body.Written;
        return null;
    }

    private Rejection? Find(SchemaId id, out AvroSchema? schema)
    {
        if (known.TryGetValue(id, out schema))
            return null;
        var answer = source?.Find(id)
            ?? SchemaAnswer.NotNow("The final topic holds events in Avro, and no schema registry is configured: set SchemaRegistry:Url.");
        // An id that the registry does not know is no fault of the event: it was written under an id that a registry gave.
        if (answer.Kind is SchemaAnswerKind.NotNow or SchemaAnswerKind.Unknown)
            throw new SchemaNotNowException(answer.Reason);
        var reason = answer.Reason;
        schema = answer.Kind == SchemaAnswerKind.Found ? parser.Parse(answer.Schema.Span, out reason, answer.References) : null;
        if (schema is null)
            return new Rejection(RejectionCode.UnsupportedSchema, $"The schema of id {id} is not an event's: {reason.TrimEnd('.')}.", ByteOffset: 1);
        if (known.Count >= MaxSchemas)
            known.Clear();
        known.Add(id, schema);
        return null;
    }

    private bool Value(ReadOnlySpan<byte> bytes, ref int position, AvroSchema schema, int depth)
    {
        if (depth > MaxDepth)
            return false;
        switch (schema.Kind)
        {
            case AvroKind.Record:
                return Record(bytes, ref position, schema, depth);
            case AvroKind.Map or AvroKind.Array:
                return Blocks(bytes, ref position, schema, depth);
            case AvroKind.Union:
                return Branch(bytes, ref position, schema, out var branch) && Value(bytes, ref position, branch, depth + 1);
            case AvroKind.Null:
                body.Write("null"u8);
                return true;
            case AvroKind.String:
                return Text(bytes, ref position, schema.IsJson);
            case AvroKind.Int or AvroKind.Long:
                if (!Number(bytes, ref position, out var number))
                    return false;
                CanonicalText.WriteInteger(body, number);
                return true;
            case AvroKind.Boolean when position < bytes.Length:
                body.Write(bytes[position++] == 0 ? "false"u8 : "true"u8);
                return true;
            default:
                return false; // no type of an event's members
        }
    }

    private bool Record(ReadOnlySpan<byte> bytes, ref int position, AvroSchema schema, int depth)
    {
        body.Write((byte)'{');
        var start = body.Length;
        for (var field = 0; field < schema.Children.Length; field++)
        {
            var name = schema.Connect.FieldNames[field];
            var type = schema.Children[field];
            if (type.Kind == AvroKind.Union && !Branch(bytes, ref position, type, out type))
                return false;
            if (type.Kind == AvroKind.Null)
            {
                if (depth == 0 && name.AsSpan().SequenceEqual("changed"u8))
                    changedAt = body.Length;
                continue;
            }
            body.Write((byte)'"');
            body.Write(name);
            body.Write("\":"u8);
            var valueStart = body.Length;
            if (!Value(bytes, ref position, type, depth + 1))
                return false;
            if (depth == 0 && name.AsSpan().SequenceEqual("operation"u8))
                operation = valueStart..body.Length;
            body.Write((byte)',');
        }
        Close(start, (byte)'}');
        return true;
    }

    /// <summary>Blocks, each behind the count of its entries, until one of none; a negative count is followed by the block's length in bytes.</summary>
    private bool Blocks(ReadOnlySpan<byte> bytes, ref int position, AvroSchema schema, int depth)
    {
        var isMap = schema.Kind == AvroKind.Map;
        body.Write(isMap ? (byte)'{' : (byte)'[');
        var start = body.Length;
        while (true)
        {
            if (!Number(bytes, ref position, out var count) || (count < 0 && !Number(bytes, ref position, out _)))
                return false;
            // Every entry takes a byte at least, so what is left bounds them.
            if (count == long.MinValue || Math.Abs(count) > bytes.Length - position)
                return false;
            if (count == 0)
                break;
            for (var left = Math.Abs(count); left > 0; left--)
            {
                if (isMap)
                {
                    if (!Text(bytes, ref position, isJson: false))
                        return false;
                    body.Write((byte)':');
                }
                if (!Value(bytes, ref position, schema.Children[0], depth + 1))
                    return false;
                body.Write((byte)',');
            }
        }
        Close(start, isMap ? (byte)'}' : (byte)']');
        return true;
    }

    private void Close(int start, byte end)
    {
        if (body.Length > start)
            body.Truncate(body.Length - 1); // the comma
        body.Write(end);
    }

    private bool Text(ReadOnlySpan<byte> bytes, ref int position, bool isJson)
    {
        if (!Number(bytes, ref position, out var length) || length < 0 || length > bytes.Length - position)
            return false;
        var content = bytes.Slice(position, (int)length);
        position += content.Length;
        if (isJson)
        {
            body.Write(content);
            return length > 0;
        }
        if (!Utf8.IsValid(content))
            return false;
        body.Write((byte)'"');
        JsonText.Escape(content, body);
        body.Write((byte)'"');
        return true;
    }

    private static bool Branch(ReadOnlySpan<byte> bytes, ref int position, AvroSchema union, out AvroSchema branch)
    {
        branch = union;
        if (!Number(bytes, ref position, out var number) || (ulong)number >= (ulong)union.Children.Length)
            return false;
        branch = union.Children[number];
        return true;
    }

    private static bool Number(ReadOnlySpan<byte> bytes, ref int position, out long value)
    {
        ulong bits = 0;
        value = 0;
        for (var shift = 0; shift <= 63 && position < bytes.Length; shift += 7)
        {
            var next = bytes[position++];
            bits |= (ulong)(next & 0x7F) << shift;
            if (next >= 0x80)
                continue;
            value = (long)(bits >> 1) ^ -(long)(bits & 1);
            return true;
        }
        return false;
    }

    private static Rejection NotAnEvent(string message, int position) => new(RejectionCode.NotAnEvent, message, position);
}

using System.Text.Unicode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>One record on the tape, out of its framing: JSON out of its Connect wrapper if it has one, Avro as the text that is made of it.
/// Reused.</summary>
/// <remarks>The wrapper is an object of exactly <c>schema</c> and <c>payload</c>, or of an object <c>payload</c> alone: a table may have
/// columns of those names.</remarks>
internal sealed class RecordFrame
{
    private readonly SchemaCatalog schemas;
    private readonly ByteWriter transcoded = new();
    private ReadOnlyMemory<byte> source;
    private SchemaId? namedSchema;
    private int schemaStart;
    private int schemaLength;
    private int faultAt;
    private bool payloadIsFirst;

    /// <summary>Makes a frame.</summary>
    public RecordFrame(SchemaCatalog schemas) => this.schemas = schemas;

    private enum Wrapper
    {
        None,
        Read,
        Fault,
    }

    /// <summary>The text that the tape tells of: the record itself, or what was made of it; that is valid until the next record.</summary>
    public ReadOnlyMemory<byte> Text { get; private set; }

    /// <summary>True when the text is not the record itself.</summary>
    public bool IsTranscoded { get; private set; }

    /// <summary>In which bytes the record is written.</summary>
    public RecordFraming Framing => IsTranscoded ? RecordFraming.Avro : Schema is null ? RecordFraming.Json : RecordFraming.ConnectJson;

    /// <summary>The schema of a registry that the record was written with; null without, and where its framing is not whole.</summary>
    public SchemaId? WriterSchema =>
        !IsTranscoded ? null
        : namedSchema is not null ? namedSchema
        : SchemaFraming.Read(source.Span, out var framing) is null ? framing.Id
        : null;

    /// <summary>The record's object; of meaning when <see cref="Payload"/> is an object.</summary>
    public JsonTape Tape { get; } = new();

    /// <summary>The schema; null without.</summary>
    public ConnectSchema? Schema { get; private set; }

    /// <summary>What kind of value the record is, out of its wrapper.</summary>
    public JsonToken Payload { get; private set; }

    /// <summary>Reads a record; null when it is well-formed.</summary>
    /// <param name="bytes">The record's value or key.</param>
    /// <param name="slot">What the topic's last record began with.</param>
    /// <param name="named">The id of its schema where a header of the record names it.</param>
    /// <exception cref="SchemaNotNowException">Its schema cannot be told now.</exception>
    public Rejection? Read(ReadOnlyMemory<byte> bytes, SchemaSlot slot, SchemaId? named = null)
    {
        Schema = null;
        Payload = JsonToken.None;
        IsTranscoded = named is not null || SchemaFraming.Begins(bytes.Span);
        if (IsTranscoded)
        {
            var rejection = ReadTranscoded(bytes, named);
            // Serializers of JSON with a JSON Schema name it in a header too: JSON stays JSON then, and where nobody knows the schema.
            var isOther = named is not null && rejection is { Code: RejectionCode.UnknownSchema or RejectionCode.UnsupportedSchema };
            if (!isOther || JsonScanner.SkipBlank(bytes.Span, 0) is var first && (first == bytes.Length || bytes.Span[first] != '{'))
                return rejection;
            IsTranscoded = false;
        }
        Text = bytes;
        return ReadJson(bytes.Span, slot);
    }

    /// <summary>The place in the record of the value that stands at a place of the text.</summary>
    public long PlaceInRecord(long textPosition) =>
        IsTranscoded && textPosition >= 0 ? schemas.Avro.Locate(source.Span, namedSchema, textPosition) : textPosition;

    private Rejection? ReadTranscoded(ReadOnlyMemory<byte> bytes, SchemaId? named)
    {
        (source, namedSchema) = (bytes, named);
        var rejection = schemas.Avro.Read(bytes.Span, named, transcoded, out var schema);
        if (rejection is not null)
            return rejection;
        Schema = schema?.Connect;
        Text = transcoded.WrittenMemory;
        var text = transcoded.Written;
        faultAt = 0;
        if (text[0] != '{')
        {
            ReadOther(text);
            return null;
        }

        Payload = JsonToken.Object;
        var fault = Tape.Read(text, ref faultAt);
        return fault == JsonFault.None ? null : Rejected(fault, (int)PlaceInRecord(faultAt));
    }

    private Rejection? ReadJson(ReadOnlySpan<byte> text, SchemaSlot slot)
    {
        schemaStart = -1;
        payloadIsFirst = false;
        faultAt = JsonScanner.SkipBlank(text, 0);
        if (faultAt == text.Length || !OpensValue(text[faultAt]))
            return new Rejection(RejectionCode.NotJson, "The first bytes open no JSON value, and no schema registry's framing.", faultAt);
        var known = slot.Prefix.Length > 0 && text.StartsWith(slot.Prefix);
        var notYetChecked = known ? text[slot.Prefix.Length..] : text;
        if (!Utf8.IsValid(notYetChecked))
            return Utf8Rejection(notYetChecked, text.Length - notYetChecked.Length);
        var fault = ReadRoot(text, slot, known);
        if (fault != JsonFault.None)
            return Rejected(fault, faultAt);
        var end = JsonScanner.SkipBlank(text, faultAt);
        if (end != text.Length)
            return new Rejection(RejectionCode.MalformedJson, "Something follows the JSON value.", end);
        if (schemaStart < 0)
            return null;
        Schema = schemas.Connect.Find(text.Slice(schemaStart, schemaLength));
        if (Schema is null)
            return new Rejection(RejectionCode.MalformedSchema, "The member schema is no Connect schema.", schemaStart);
        // Behind its payload, a schema is no beginning that other records share.
        if (!payloadIsFirst)
            slot.Keep(text[..(schemaStart + schemaLength)], Schema);
        return null;
    }

    /// <summary>The rejection for a fault of JSON.</summary>
    public static Rejection Rejected(JsonFault fault, int position) => fault switch
    {
        JsonFault.Truncated => new Rejection(RejectionCode.TruncatedJson, "The JSON text ends in the middle.", position),
        JsonFault.TooDeep => new Rejection(RejectionCode.TooDeep, "The JSON is nested deeper than the limit.", position),
        JsonFault.TooManyMembers =>
            new Rejection(RejectionCode.TooLarge, $"An object has more than {JsonTape.MaxMembers} members.", position),
        JsonFault.NameTooLong =>
            new Rejection(RejectionCode.TooLarge, $"A member's name is longer than {JsonTape.MaxNameBytes} bytes.", position),
        _ => new Rejection(RejectionCode.MalformedJson, "The text breaks a rule of JSON.", position),
    };

    private JsonFault ReadRoot(ReadOnlySpan<byte> text, SchemaSlot slot, bool known)
    {
        var start = faultAt;
        if (text[start] != '{')
            return ReadOther(text);
        if (known)
        {
            faultAt = slot.Prefix.Length;
            var read = ReadWrapper(text, schemaSeen: true, out var inner);
            if (read == Wrapper.Read)
                Schema = slot.Schema;
            if (read != Wrapper.None)
                return inner;
        }

        var first = JsonScanner.SkipBlank(text, start + 1);
        var name = text[Math.Min(first, text.Length)..];
        if (name.StartsWith("\"schema\""u8) || name.StartsWith("\"payload\""u8))
        {
            faultAt = first;
            var read = ReadWrapper(text, schemaSeen: false, out var inner);
            if (read != Wrapper.None)
                return inner;
            schemaStart = -1;
        }

        faultAt = start;
        Payload = JsonToken.Object;
        return Tape.Read(text, ref faultAt);
    }

    private JsonFault ReadOther(ReadOnlySpan<byte> text)
    {
        if (text[faultAt] == '[')
        {
            Payload = JsonToken.Array;
            return Tape.Skip(text, ref faultAt);
        }

        var read = JsonScanner.TryScalar(text, ref faultAt, out var token, out _);
        Payload = token;
        return read ? JsonFault.None : JsonScanner.FaultAt(text, faultAt);
    }

    /// <summary>Reads the wrapper from its first member's name, or from behind a schema that is known.</summary>
    private Wrapper ReadWrapper(ReadOnlySpan<byte> text, bool schemaSeen, out JsonFault fault)
    {
        fault = JsonFault.None;
        var payloadSeen = false;
        var afterMember = schemaSeen;
        while (true)
        {
            if (afterMember)
            {
                faultAt = JsonScanner.SkipBlank(text, faultAt);
                if (faultAt < text.Length && text[faultAt] == '}' && payloadSeen)
                {
                    faultAt++;
                    return schemaSeen || Payload == JsonToken.Object ? Wrapper.Read : Wrapper.None;
                }

                if (faultAt >= text.Length || text[faultAt] != ',')
                    return Failed(JsonScanner.FaultAt(text, faultAt), out fault);
                faultAt = JsonScanner.SkipBlank(text, faultAt + 1);
            }

            afterMember = true;
            var rest = text[Math.Min(faultAt, text.Length)..];
            var isSchema = !schemaSeen && rest.StartsWith("\"schema\""u8);
            if (!isSchema && (payloadSeen || !rest.StartsWith("\"payload\""u8)))
                return faultAt >= text.Length ? Failed(JsonFault.Truncated, out fault) : Wrapper.None;
            faultAt = JsonScanner.SkipBlank(text, faultAt + (isSchema ? "\"schema\""u8.Length : "\"payload\""u8.Length));
            if (faultAt >= text.Length || text[faultAt] != ':')
                return Failed(JsonScanner.FaultAt(text, faultAt), out fault);
            faultAt = JsonScanner.SkipBlank(text, faultAt + 1);
            if (faultAt >= text.Length)
                return Failed(JsonFault.Truncated, out fault);
            fault = isSchema ? ReadSchema(text, out var isOne) : ReadPayload(text, out isOne);
            if (fault != JsonFault.None)
                return Wrapper.Fault;
            if (!isOne)
                return Wrapper.None;
            payloadIsFirst |= isSchema && payloadSeen;
            schemaSeen |= isSchema;
            payloadSeen |= !isSchema;
        }
    }

    private JsonFault ReadSchema(ReadOnlySpan<byte> text, out bool isOne)
    {
        var start = faultAt;
        isOne = text[start] is (byte)'{' or (byte)'n';
        if (!isOne)
            return JsonFault.None;
        if (text[start] == 'n')
            return JsonScanner.TryLiteral(text, ref faultAt, out _) ? JsonFault.None : JsonScanner.FaultAt(text, faultAt);
        var fault = Tape.Skip(text, ref faultAt);
        schemaStart = start;
        schemaLength = faultAt - start;
        return fault;
    }

    private JsonFault ReadPayload(ReadOnlySpan<byte> text, out bool isOne)
    {
        isOne = true;
        if (text[faultAt] != '{')
            return ReadOther(text);
        Payload = JsonToken.Object;
        return Tape.Read(text, ref faultAt);
    }

    private static Wrapper Failed(JsonFault why, out JsonFault fault)
    {
        fault = why;
        return Wrapper.Fault;
    }

    private static bool OpensValue(byte first) =>
        first is (byte)'{' or (byte)'[' or (byte)'"' or (byte)'-' or (byte)'t' or (byte)'f' or (byte)'n' || (uint)(first - '0') <= 9;

    private static Rejection Utf8Rejection(ReadOnlySpan<byte> text, int offset)
    {
        var at = Utf8Text.FirstInvalid(text, out var isCut);
        return isCut
            ? new Rejection(RejectionCode.TruncatedJson, "The text ends in the middle of a character.", offset + at)
            : new Rejection(RejectionCode.InvalidUtf8, "The bytes are not UTF-8.", offset + at);
    }
}

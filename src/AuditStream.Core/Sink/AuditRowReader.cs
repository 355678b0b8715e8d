using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;

namespace AuditStream.Core.Sink;

/// <summary>The room Sink: a record of the final topic in, an <see cref="AuditRow"/> out. Total: it never throws on data.</summary>
/// <remarks>Not thread-safe. The body of an event in JSON is copied as it is and never written anew; of an event in Avro it is the JSON that the same
/// event has.</remarks>
public sealed class AuditRowReader
{
    private static readonly byte[] AvroContent = Encoding.UTF8.GetBytes(EventHeaders.AvroContent);
    private readonly string fingerprint;
    private readonly EventBodyReader bodyReader;
    private readonly EventDatumReader datumReader;

    /// <summary>Makes a reader that takes the events of one identity key.</summary>
    /// <param name="fingerprint">The key's <see cref="IdentityKey.Fingerprint"/>.</param>
    /// <param name="schemas">Where the schemas of events in Avro come from; null when no registry is configured.</param>
    public AuditRowReader(string fingerprint, ISchemaSource? schemas = null)
    {
        datumReader = new EventDatumReader(schemas);
        this.fingerprint = fingerprint;
        bodyReader = new EventBodyReader(fingerprint);
    }

    /// <summary>Reads one record of the final topic.</summary>
    /// <param name="record">The record; its partition is the row's shard.</param>
    /// <param name="rejection">Why there is no row; null when there is one. <see cref="RejectionCode.ForeignIdentityKey"/> is systemic: the
    /// sink stops. The others concern this record alone.</param>
    /// <exception cref="SchemaNotNowException">The event is Avro, and its schema is not to be had now: the record is to be given again.</exception>
    public AuditRow? Read(in RawRecord record, out Rejection? rejection)
    {
        rejection = null;
        if (record.Value is not { } value)
        {
            rejection = NotAnEvent("The record has no value.");
            return null;
        }
        var body = value.Span;
        if (LastHeader.Of(record.Headers, EventHeaders.ContentType) is { } content && content.Span.SequenceEqual(AvroContent))
            rejection = datumReader.Read(value.Span, out body);
        if (rejection is not null)
            return null;
        EventColumns columns;
        try
        {
            columns = bodyReader.Read(body);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            rejection = NotAnEvent("The value is not JSON, or a member of it has another type than in an event.");
            return null;
        }
        rejection = Check(columns);
        if (rejection is not null)
            return null;
        return Join(record, body, columns, out rejection);
    }

    private Rejection? Check(in EventColumns columns)
    {
        if (!columns.IsSpecified)
            return NotAnEvent("The value is no auditstream/1 event: member spec is missing or another.");
        if (!columns.IsOfThisKey)
        {
            return new Rejection(
                RejectionCode.ForeignIdentityKey,
                $"The event was made under another identity key than {fingerprint}: give this sink the normalizer's key, or its own topic.",
                ByteOffset: -1);
        }
        return columns switch
        {
            { EventId: null } => NotAnEvent("Member event_id is missing."),
            { OccurredAtMicroseconds: null } => NotAnEvent("Member occurred_at is missing."),
            { Operation: null } => NotAnEvent("Member operation is missing."),
            { Source: null } => NotAnEvent("Member source.name is missing."),
            _ => null,
        };
    }

    private static AuditRow? Join(in RawRecord record, ReadOnlySpan<byte> body, in EventColumns columns, out Rejection? rejection)
    {
        var eventUid = Hash(record.Headers, EventHeaders.EventUid, prefix: default);
        var factHash = Hash(record.Headers, EventHeaders.FactHash, prefix: "1:"u8);
        rejection = eventUid is null ? InvalidHeader(EventHeaders.EventUid) : factHash is null ? InvalidHeader(EventHeaders.FactHash) : null;
        if (eventUid is null || factHash is null)
            return null;
        // Check has seen that these members are there.
        var occurredAtMilliseconds = columns.OccurredAtMicroseconds.GetValueOrDefault() / 1_000;
        if (EventIdentity.IdOf(occurredAtMilliseconds, eventUid) != columns.EventId)
        {
            rejection = NotAnEvent("Member event_id is not the id of member occurred_at and of the event uid in the headers.");
            return null;
        }
        var key = body[columns.Key];
        return new AuditRow
        {
            EventId = columns.EventId.GetValueOrDefault(),
            OccurredAtMilliseconds = occurredAtMilliseconds,
            Operation = columns.Operation ?? "",
            Source = columns.Source ?? "",
            Schema = columns.Schema ?? columns.Database,
            Table = columns.Table,
            Key = key.IsEmpty ? null : Encoding.UTF8.GetString(key),
            KeyHash = key.IsEmpty ? null : SHA256.HashData(key),
            Changed = columns.Changed,
            TransactionId = columns.TransactionId,
            Actor = columns.Actor,
            SourcePosition = columns.Position,
            FactHash = factHash,
            FactScheme = EventIdentity.FactScheme,
            EventUid = eventUid,
            Shard = record.Partition,
            StreamOffset = record.Offset,
            Body = body.ToArray(),
        };
    }

    /// <summary>The 32 bytes of a header that holds a prefix and 64 hex digits.</summary>
    private static byte[]? Hash(IReadOnlyList<RecordHeader> headers, string name, ReadOnlySpan<byte> prefix)
    {
        if (LastHeader.Of(headers, name) is not { } header || !header.Span.StartsWith(prefix) || header.Length != prefix.Length + 64)
            return null;
        var hash = new byte[32];
        return Convert.FromHexString(header.Span[prefix.Length..], hash, out _, out _) == System.Buffers.OperationStatus.Done ? hash : null;
    }

    private static Rejection InvalidHeader(string name)
        => new(RejectionCode.InvalidHeader, $"The header {name} is missing or cannot be read.", ByteOffset: -1);

    private static Rejection NotAnEvent(string message) => new(RejectionCode.NotAnEvent, message, ByteOffset: -1);
}

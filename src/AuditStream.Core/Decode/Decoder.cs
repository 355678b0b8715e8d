using AuditStream.Core.Decode.ActivityStreams;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Decode.Canal;
using AuditStream.Core.Decode.Debezium;
using AuditStream.Core.Decode.Debezium.CloudEvents;
using AuditStream.Core.Decode.Debezium.Flat;
using AuditStream.Core.Decode.Dms;
using AuditStream.Core.Decode.Dms.Csv;
using AuditStream.Core.Decode.DynamoDb;
using AuditStream.Core.Decode.Envelopes;
using AuditStream.Core.Decode.Triggers;
using AuditStream.Core.Decode.GoldenGate;
using AuditStream.Core.Decode.Maxwell;
using AuditStream.Core.Decode.Wal2Json;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>The room Decode: bytes in, <see cref="RowChange"/> out. Total: it never throws on data.</summary>
/// <remarks>
/// <para>One instance per task; not thread-safe. Changes are reused: they are valid until the next call.</para>
/// <para>A record is framed in one pass (<see cref="RecordFrame"/>), then every dialect is asked in turn whether the shape is its own. What
/// repeats from record to record (schemas, tables, names of columns) is worked out once and found again by comparing bytes, so that a record
/// in steady state allocates nothing.</para>
/// </remarks>
public sealed class Decoder
{
    private readonly TopicCatalog topics;
    private readonly RecordFrame frame;
    private readonly FlatDialect flat;
    private readonly ActorReader actors = new();
    private readonly CsvDialect lines = new();
    private readonly DialectSet dialects;
    private RecordForm form;
    private bool hasValue;

    /// <summary>Makes a decoder.</summary>
    /// <param name="settings">What configuration says about the sources.</param>
    /// <param name="schemaSource">Where the schemas of Avro records come from; null when none is configured.</param>
    public Decoder(DecodeSettings settings, ISchemaSource? schemaSource = null)
    {
        var schemas = new SchemaCatalog(schemaSource);
        topics = new TopicCatalog(settings);
        frame = new RecordFrame(schemas);
        flat = new FlatDialect(schemas);
        var debezium = new DebeziumDialect(schemas);
        dialects = new DialectSet(
        [
            debezium, new CloudEventDialect(debezium, schemas), new DmsDialect(), new DynamoDbDialect(), new EnvelopeDialect(topics, Decode),
            // A row's columns may have any names: what was added to it tells more than they do.
            flat,
            new MaxwellDialect(), new CanalDialect(), new Wal2JsonDialect(), new GoldenGateDialect(), new TriggerDialect(), new ActivityDialect(),
        ]);
    }

    /// <summary>What the last record was recognised as.</summary>
    /// <remarks>The frame holds a wrapper's last record: the wrapper itself is JSON.</remarks>
    public Recognition Recognised => !hasValue ? default
        : form == RecordForm.DmsCsv ? new Recognition(RecordFraming.Csv, Schema: null, form)
        : form == RecordForm.AwsEnvelope ? new Recognition(RecordFraming.Json, Schema: null, form)
        : new Recognition(frame.Framing, frame.WriterSchema, form);

    /// <summary>True when the images of rows are kept of a table of this topic, or may be.</summary>
    public bool KeepsImagesOf(string topic) => topics.Find(topic).KeepsImages;

    /// <summary>Reads one record.</summary>
    /// <exception cref="SchemaNotNowException">Its schema cannot be told now: the record is to be given again.</exception>
    public DecodeResult Decode(in RawRecord record)
    {
        (form, hasValue) = (RecordForm.Unknown, record.Value is { Length: > 0 });
        return Decode(record, topics.Find(record.Topic));
    }

    private DecodeResult Decode(in RawRecord record, TopicState topic)
    {
        if (record.Value is not { Length: > 0 } value)
            return ReadNull(record, topic);
        if (lines.TryRead(record, frame, topic, out var ofLines))
        {
            form = lines.Form;
            actors.Read(record, ofLines.Changes);
            return ofLines;
        }

        var rejection = frame.Read(value, topic.ValueSchema, SchemaIdHeaders.OfValue(record.Headers));
        if (rejection is not null)
            return DecodeResult.Rejected(rejection);
        if (frame.Payload == JsonToken.Null)
            return ReadNull(record, topic);
        if (!frame.IsTranscoded)
            return ReadDialect(record, topic);
        // The dialects read the text; a place in it means nothing to those who have the record.
        var result = ReadDialect(record with { Value = frame.Text }, topic);
        return result.Rejection is { } refused
            ? DecodeResult.Rejected(refused with { ByteOffset = frame.PlaceInRecord(refused.ByteOffset) })
            : result;
    }

    private DecodeResult ReadNull(in RawRecord record, TopicState topic)
    {
        var result = flat.ReadNull(record, topic);
        // Of flat rows alone a null value can be all that is left of a delete.
        if (result.Changes.Count > 0 && topic.Settings.Dialect is not (SourceDialect.Auto or SourceDialect.Flat))
            return DecodeResult.Rejected(DialectSet.Other(topic.Settings.Dialect, RecordForm.DebeziumFlatRow));
        actors.Read(record, result.Changes);
        return result;
    }

    private DecodeResult ReadDialect(in RawRecord record, TopicState topic)
    {
        if (frame.Payload == JsonToken.Object)
        {
            foreach (var dialect in dialects.Of(topic.Settings.Dialect))
            {
                if (dialect.TryRead(record, frame, topic, out var result))
                {
                    form = dialect.Form;
                    var refusal = DialectSet.Refusal(form, result, topic.Settings.Dialect) ?? Contradiction(result.Changes);
                    if (refusal is not null)
                        return DecodeResult.Rejected(refusal);
                    // Those of a wrapper's records are found already: the headers here are the wrapper's.
                    if (form != RecordForm.AwsEnvelope)
                        actors.Read(record, result.Changes);
                    return result;
                }
            }
        }

        return DecodeResult.Rejected(dialects.Refusal(record, frame, topic));
    }

    /// <summary>Which of operation and images is wrong cannot be told: neither is put into an event.</summary>
    private static Rejection? Contradiction(IReadOnlyList<RowChange> changes)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            var operation = changes[i].Facts.Operation;
            if (operation == ChangeOperation.Insert && changes[i].Before.IsPresent)
                return new Rejection(RejectionCode.InvalidMember, "The operation is an insert, and the record has a row before it.", ByteOffset: -1);
            if (operation == ChangeOperation.Delete && changes[i].After.IsPresent)
                return new Rejection(RejectionCode.InvalidMember, "The operation is a delete, and the record has a row after it.", ByteOffset: -1);
        }

        return null;
    }
}

using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Decode.Debezium;
using AuditStream.Core.Decode.Debezium.Flat;
using AuditStream.Core.Decode.Dms;
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
    private readonly IDialect[] dialects;

    /// <summary>Makes a decoder.</summary>
    public Decoder(DecodeSettings settings)
    {
        var schemas = new ConnectSchemaCache();
        topics = new TopicCatalog(settings);
        frame = new RecordFrame(schemas);
        flat = new FlatDialect(schemas);
        dialects = [new DebeziumDialect(schemas), new DmsDialect(), flat];
    }

    /// <summary>Reads one record.</summary>
    public DecodeResult Decode(in RawRecord record)
    {
        var topic = topics.Find(record.Topic);
        if (record.Value is not { Length: > 0 } value)
            return flat.ReadNull(record, topic);
        var rejection = frame.Read(value.Span, topic.ValueSchema);
        if (rejection is not null)
            return DecodeResult.Rejected(rejection);
        if (frame.Payload == JsonToken.Null)
            return flat.ReadNull(record, topic);
        if (frame.Payload == JsonToken.Object)
        {
            foreach (var dialect in dialects)
            {
                if (dialect.TryRead(record, frame, topic, out var result))
                    return result;
            }
        }

        return DecodeResult.Rejected(
            new Rejection(RejectionCode.UnknownShape, "The JSON has the shape of no known change record.", ByteOffset: 0));
    }
}

using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Json;

namespace AuditStream.Core.Emit;

/// <summary>One canonical audit event in its final bytes. The noun that leaves Emit.</summary>
/// <remarks>Reused; every memory is valid until the next event is made. The canonical JSON is what is stored and hashed; the
/// final topic takes its bytes, or Avro that says the same.</remarks>
public sealed class AuditEvent
{
    private const int HeaderCount = 9;
    private const int SubjectAt = 5;
    private readonly RecordHeader[] headers = new RecordHeader[HeaderCount];
    private readonly RecordHeader[] headersWithoutSubject = new RecordHeader[HeaderCount - 1];
    private readonly ByteWriter headerText = new(256);

    /// <summary>The Kafka key: canonical JSON of <c>key</c>, <c>schema</c>, <c>source</c>, <c>table</c>.</summary>
    public ReadOnlyMemory<byte> Key { get; set; }

    /// <summary>The event: canonical JSON, or Avro in Confluent's framing.</summary>
    public ReadOnlyMemory<byte> Value { get; set; }

    /// <summary>The headers in their fixed order, but for the host's own <c>auditstream-processed-at</c>.</summary>
    public IReadOnlyList<RecordHeader> Headers { get; set; } = [];

    /// <summary>The raw record's timestamp in milliseconds since the Unix epoch: the event's Kafka timestamp.</summary>
    public long TimestampMilliseconds { get; set; }

    /// <summary>The event's id.</summary>
    public Guid Id { get; set; }

    /// <summary>What the change did.</summary>
    public ChangeOperation Operation { get; set; }

    /// <summary>Value and key, one after the other.</summary>
    internal ByteWriter Text { get; } = new();

    /// <summary>The value in Avro; of no meaning when the event is JSON.</summary>
    internal ByteWriter Datum { get; } = new(capacity: 16);

    /// <summary>The bytes of value, key and headers as they are now.</summary>
    internal int SizeBytes { get; private set; }

    /// <summary>Writes the headers beside the text.</summary>
    internal void WriteHeaders(ChangeFacts facts, TableText table, Guid id, bool isAvro)
    {
        var text = headerText;
        text.Clear();
        id.TryFormat(text.GetSpan(36), out var idLength);
        text.Advance(idLength);
        CanonicalText.WriteTime(text, facts.OccurredAtMicroseconds, facts.OccurredAtDigits);
        var timeEnd = text.Length;
        CanonicalText.WriteInteger(text, EventIdentity.FactScheme);
        text.Write((byte)':');
        WriteHex(text, facts.FactHash);
        var factHashEnd = text.Length;
        WriteHex(text, facts.EventUid);

        var memory = text.WrittenMemory;
        headers[0] = new RecordHeader(EventHeaders.SpecVersion, EventHeaderValues.SpecVersion);
        headers[1] = new RecordHeader(EventHeaders.Id, memory[..idLength]);
        headers[2] = new RecordHeader(EventHeaders.Type, EventHeaderValues.Types[(int)facts.Operation]);
        headers[3] = new RecordHeader(EventHeaders.Source, table.CloudEventSource);
        headers[4] = new RecordHeader(EventHeaders.Time, memory[idLength..timeEnd]);
        headers[SubjectAt] = new RecordHeader(EventHeaders.Subject, table.CloudEventSubject);
        headers[6] = new RecordHeader(EventHeaders.ContentType, isAvro ? EventHeaderValues.Avro : EventHeaderValues.Json);
        headers[7] = new RecordHeader(EventHeaders.FactHash, memory[timeEnd..factHashEnd]);
        headers[8] = new RecordHeader(EventHeaders.EventUid, memory[factHashEnd..]);
        Headers = headers;
        if (table.CloudEventSubject.Length == 0)
        {
            headers.AsSpan(0, SubjectAt).CopyTo(headersWithoutSubject);
            headers.AsSpan(SubjectAt + 1).CopyTo(headersWithoutSubject.AsSpan(SubjectAt));
            Headers = headersWithoutSubject;
        }
        SizeBytes = Text.Length;
        foreach (ref readonly var header in headers.AsSpan())
            SizeBytes += header.Name.Length + header.Value.GetValueOrDefault().Length;
    }

    /// <summary>Points at the finished text.</summary>
    internal void Take(ChangeFacts facts, Guid id, ReadOnlyMemory<byte> value, ReadOnlyMemory<byte> key)
    {
        (Value, Key) = (value, key);
        TimestampMilliseconds = facts.TimestampMilliseconds;
        Id = id;
        Operation = facts.Operation;
    }

    private static void WriteHex(ByteWriter to, ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexStringLower(bytes, to.GetSpan(2 * bytes.Length), out var length); // Room for two digits a byte.
        to.Advance(length);
    }
}

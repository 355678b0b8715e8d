using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>A trivial handler: each record is copied as one event; values that begin with a word in capitals ask for something
/// else.</summary>
internal sealed class CopyHandler : IRecordHandler
{
    /// <summary>How often values that begin with LATER still cannot be processed.</summary>
    internal int Later { get; set; }

    private readonly AuditEvent auditEvent = new();

    public Outcome Process(in RawRecord record, IAuditEventOutput output)
    {
        var value = record.Value is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes.Span) : "SKIP";
        if (value.StartsWith("SKIP", StringComparison.Ordinal))
            return Outcome.Skipped(SkipReason.Tombstone);
        if (value.StartsWith("BAD", StringComparison.Ordinal))
            return Outcome.Rejected(new Rejection(RejectionCode.NotJson, "The value is not JSON.", ByteOffset: 3));
        if (value.StartsWith("THROW", StringComparison.Ordinal))
            throw new InvalidOperationException("A broken handler.");
        if (value.StartsWith("LATER", StringComparison.Ordinal) && Later-- > 0)
            throw new SchemaNotNowException("The schema registry is down.");
        var events = value.StartsWith("TWICE", StringComparison.Ordinal) ? 2 : 1;
        for (var index = 0; index < events; index++)
        {
            auditEvent.Key = record.Key ?? default(ReadOnlyMemory<byte>);
            auditEvent.Value = record.Value ?? default(ReadOnlyMemory<byte>);
            auditEvent.Headers = [new RecordHeader("ce_type", "auditstream.insert"u8.ToArray())];
            auditEvent.TimestampMilliseconds = record.TimestampMilliseconds;
            auditEvent.Operation = ChangeOperation.Insert;
            output.Emit(auditEvent);
        }
        return Outcome.Emitted(value.StartsWith("LIE", StringComparison.Ordinal) ? 7 : events);
    }
}

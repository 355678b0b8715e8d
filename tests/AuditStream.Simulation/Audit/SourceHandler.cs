using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Forward;
using AuditStream.Core.Images;
using AuditStream.Core.Normalize;
using AuditStream.Simulation.Faults;
using AuditStream.Simulation.Model;

namespace AuditStream.Simulation.Audit;

/// <summary>The processing: an event says which raw record it was made of, which of its events it is, and where images are kept the record that
/// changed its row before.</summary>
internal sealed class SourceHandler(ModelProcess process, ImageBuffer? images = null) : IRecordHandler
{
    private readonly AuditEvent auditEvent = new();

    /// <inheritdoc/>
    public Outcome Process(in RawRecord record, IAuditEventOutput output)
    {
        if (process.At(Call.Handle, isAfter: false)?.Kind == FaultKind.HandlerThrows)
            throw new InvalidOperationException("The handler is broken.");
        if (process.Now < process.SchemasMissingUntil)
            throw new SchemaNotNowException("The schema registry is down.");
        var (serial, kind) = SourceRecord.Read(record.Value);
        switch (kind)
        {
            case SourceKind.Skip:
                return Outcome.Skipped(SkipReason.Tombstone);
            case SourceKind.Poison:
                return Outcome.Rejected(new Rejection(RejectionCode.NotJson, "The value is not JSON.", ByteOffset: 0));
        }
        var outcome = images is null && process.Settings.KeepsImages && IsForwarded(record.Key)
            ? Forward(record, output) : Emit(record, serial, kind, output);
        process.At(Call.Handle, isAfter: true);
        return outcome;
    }

    private static bool IsForwarded(ReadOnlyMemory<byte>? row) => SourceRecord.IsForwarded(System.Text.Encoding.UTF8.GetString(row.GetValueOrDefault().Span));

    private static Outcome Forward(in RawRecord record, IAuditEventOutput output)
    {
        output.Forward(new ForwardedMessage(record.Key.GetValueOrDefault(), record.Value.GetValueOrDefault(), IsChange: true, IsForAll: false));
        return Outcome.Emitted(events: 0, forwarded: 1);
    }

    private Outcome Emit(in RawRecord record, int serial, SourceKind kind, IAuditEventOutput output)
    {
        var events = kind == SourceKind.Twice ? 2 : 1;
        var before = Before(record.Key.GetValueOrDefault());
        for (var index = 0; index < events; index++)
        {
            EventText.Write(auditEvent, serial, index, before, length: kind == SourceKind.Huge ? process.Broker.MaxFinalBytes + 1 : 0);
            auditEvent.Key = record.Key.GetValueOrDefault();
            auditEvent.TimestampMilliseconds = record.TimestampMilliseconds;
            auditEvent.Operation = ChangeOperation.Insert;
            output.Emit(auditEvent);
        }
        if (kind != SourceKind.Huge)
            images?.Put(record.Key.GetValueOrDefault().Span, BitConverter.GetBytes(serial));
        return Outcome.Emitted(events);
    }

    private int? Before(ReadOnlyMemory<byte> row) =>
        images is null ? null
        : images.TryGet(row.Span, out var image) ? BitConverter.ToInt32(image.Span)
        : -1;
}

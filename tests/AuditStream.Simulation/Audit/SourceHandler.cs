using System.Globalization;
using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
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
        var kind = Enum.Parse<SourceKind>(Encoding.UTF8.GetString(record.Value.GetValueOrDefault().Span));
        switch (kind)
        {
            case SourceKind.Skip:
                return Outcome.Skipped(SkipReason.Tombstone);
            case SourceKind.Poison:
                return Outcome.Rejected(new Rejection(RejectionCode.NotJson, "The value is not JSON.", ByteOffset: 0));
        }
        var events = kind == SourceKind.Twice ? 2 : 1;
        for (var index = 0; index < events; index++)
        {
            var name = FormattableString.Invariant($"{record.Topic}-{record.Partition}@{record.Offset}#{index}{Before(record.Key.GetValueOrDefault())}");
            auditEvent.Key = record.Key.GetValueOrDefault();
            auditEvent.Value = Encoding.UTF8.GetBytes(kind == SourceKind.Huge ? name.PadRight(process.Broker.MaxFinalBytes + 1) : name);
            auditEvent.Headers = [];
            auditEvent.TimestampMilliseconds = record.TimestampMilliseconds;
            auditEvent.Operation = ChangeOperation.Insert;
            output.Emit(auditEvent);
        }
        if (kind != SourceKind.Huge)
            images?.Put(record.Key.GetValueOrDefault().Span, Encoding.UTF8.GetBytes(record.Offset.ToString(CultureInfo.InvariantCulture)));
        process.At(Call.Handle, isAfter: true);
        return Outcome.Emitted(events);
    }

    private string Before(ReadOnlyMemory<byte> row) =>
        images is null ? ""
        : images.TryGet(row.Span, out var image) ? " after " + Encoding.UTF8.GetString(image.Span)
        : " after none";
}

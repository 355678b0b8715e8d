using AuditStream.Core.Flow;

namespace AuditStream.Core.Normalize;

/// <summary>The normalize sub-topology's processing: bytes in, bytes out. One instance per task, never shared between threads.</summary>
/// <remarks>A handler never commits, reads no clock, does no I/O, and never throws for data: bad data is an outcome.
/// An exception means "stop this task", but for <see cref="Decode.Avro.SchemaNotNowException"/>: it means "give me this record again
/// later".</remarks>
public interface IRecordHandler
{
    /// <summary>Processes one record. Events are given to <paramref name="output"/> only when the outcome is
    /// <see cref="OutcomeKind.Emitted"/>: a record of which any part is refused emits nothing.</summary>
    Outcome Process(in RawRecord record, IAuditEventOutput output);

    /// <summary>The host refuses a record, which becomes a dead letter whatever was made of it: for handlers that others must be told of it, or
    /// whose state must go on all the same.</summary>
    void Refuse(in RawRecord record, IAuditEventOutput output)
    {
    }
}

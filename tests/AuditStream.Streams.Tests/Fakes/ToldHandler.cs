using AuditStream.Core.Decode;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Forward;
using AuditStream.Core.Normalize;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>A handler that emits and forwards so many, and says what it is told to say: a broken one, when the two differ.</summary>
internal sealed class ToldHandler(int events, int forwards, Outcome says) : IRecordHandler
{
    public Outcome Process(in RawRecord record, IAuditEventOutput output)
    {
        for (var index = 0; index < events; index++)
        {
            output.Emit(new AuditEvent
            {
                Key = record.Key ?? default(ReadOnlyMemory<byte>), Value = record.Value ?? default(ReadOnlyMemory<byte>),
                TimestampMilliseconds = record.TimestampMilliseconds, Operation = ChangeOperation.Insert,
            });
        }
        for (var index = 0; index < forwards; index++)
            output.Forward(new ForwardedMessage("row"u8.ToArray(), "change"u8.ToArray(), IsForAll: false, IsChange: true));
        return says;
    }
}

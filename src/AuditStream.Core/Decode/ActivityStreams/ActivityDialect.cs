using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.ActivityStreams;

/// <summary>The records of a database activity stream (Aurora, RDS), encrypted as delivered or decrypted: recognised, counted, and never a
/// change of a row.</summary>
/// <remarks>An entry tells that a statement ran, by whom and on how many rows, and has none of the rows. Its text may hold values of them, so
/// nothing of it is passed on.</remarks>
internal sealed class ActivityDialect : IDialect
{
    private const int Type = 0;
    private const int Events = 1;
    private const int EventList = 2;

    private readonly MemberMap map = new("type", "databaseActivityEvents", "databaseActivityEventList");

    /// <inheritdoc/>
    public RecordForm Form => RecordForm.ActivityStream;

    /// <inheritdoc/>
    public bool TryRead(in RawRecord record, RecordFrame frame, TopicState topic, out DecodeResult result)
    {
        var members = new MemberBlock(record.Value.GetValueOrDefault().Span, frame.Tape.Outer, map);
        var type = members.Content(Type);
        var isOne = (type.SequenceEqual("DatabaseActivityMonitoringRecords"u8) && members.Has(Events))
            || (type.SequenceEqual("DatabaseActivityMonitoringRecord"u8) && members.Slice(EventList).Token == JsonToken.Array);
        result = isOne ? DecodeResult.Skipped(SkipReason.Activity) : default;
        return isOne;
    }
}

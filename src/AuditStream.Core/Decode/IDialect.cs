using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode;

/// <summary>One format of change records: recognised by its shape, never by its topic. One folder holds everything about it.</summary>
internal interface IDialect
{
    /// <summary>The form of its records.</summary>
    RecordForm Form { get; }

    /// <summary>Reads a record; false when its shape is not this dialect's.</summary>
    bool TryRead(in RawRecord record, RecordFrame frame, TopicState topic, out DecodeResult result);
}

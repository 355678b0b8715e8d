namespace AuditStream.Core.Decode;

/// <summary>Which form a record was recognised to have.</summary>
public enum RecordForm : byte
{
    /// <summary>None that is known.</summary>
    Unknown,

    /// <summary>Debezium's envelope, or one of its control records.</summary>
    DebeziumEnvelope,

    /// <summary>A change of Debezium as a structured CloudEvent.</summary>
    DebeziumCloudEvent,

    /// <summary>A row that Debezium's <c>ExtractNewRecordState</c> took out of its envelope.</summary>
    DebeziumFlatRow,

    /// <summary>A record of AWS DMS.</summary>
    Dms,
}

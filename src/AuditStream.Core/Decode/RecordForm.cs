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

    /// <summary>Lines of AWS DMS on S3.</summary>
    DmsCsv,

    /// <summary>A record of DynamoDB Streams, or of a table's Kinesis stream.</summary>
    DynamoDb,

    /// <summary>Records in a wrapper of AWS: a Lambda event, or what Firehose gives to a transform.</summary>
    AwsEnvelope,

    /// <summary>What a trigger or a webhook sends.</summary>
    Trigger,

    /// <summary>An entry of a database activity stream.</summary>
    ActivityStream,

    /// <summary>A record of Maxwell.</summary>
    Maxwell,

    /// <summary>A flat message of Canal.</summary>
    Canal,

    /// <summary>A record of wal2json, version 1 or 2.</summary>
    Wal2Json,

    /// <summary>A record of Oracle GoldenGate.</summary>
    GoldenGate,
}

namespace AuditStream.Core.Decode;

/// <summary>Which dialect a source's records are in, as configuration knows it. The wire name is the member's name in lower case, its words joined
/// by an underscore: the <c>source.kind</c> of its events where they are of one kind.</summary>
public enum SourceDialect : byte
{
    /// <summary>Recognised from each record's shape.</summary>
    Auto,

    /// <summary>Debezium's envelope, and what its connectors send beside rows.</summary>
    Debezium,

    /// <summary>Debezium's changes as structured CloudEvents.</summary>
    Cloudevents,

    /// <summary>Rows without an envelope (Debezium's <c>ExtractNewRecordState</c>), of which nothing but this setting may tell what they are.</summary>
    Flat,

    /// <summary>AWS DMS's JSON.</summary>
    Dms,

    /// <summary>Lines of text with separated values, as AWS DMS writes them to S3: their shape tells nothing.</summary>
    DmsCsv,

    /// <summary>DynamoDB Streams, and a table's Kinesis stream.</summary>
    Dynamodb,

    /// <summary>Maxwell's JSON.</summary>
    Maxwell,

    /// <summary>Canal's flat messages.</summary>
    Canal,

    /// <summary>wal2json, version 1 or 2.</summary>
    Wal2json,

    /// <summary>Oracle GoldenGate's JSON.</summary>
    Goldengate,

    /// <summary>What triggers and webhooks send: old and new rows, Hasura, Supabase, Sequin.</summary>
    Trigger,

    /// <summary>A database activity stream.</summary>
    Activity,
}

namespace AuditStream.Core.Decode.Debezium;

/// <summary>The members of Debezium's records that are read, whatever the record is, as places in a <see cref="MemberBlock"/>.</summary>
internal static class EnvelopeMember
{
    public const int Before = 0;
    public const int After = 1;
    public const int Source = 2;
    public const int Op = 3;
    public const int TsMs = 4;
    public const int TsUs = 5;
    public const int Transaction = 6;
    public const int Message = 7;
    public const int Ddl = 8;
    public const int TableChanges = 9;
    public const int HistoryRecord = 10;
    public const int DatabaseName = 11;
    public const int SchemaName = 12;
    public const int Status = 13;
    public const int Id = 14;
    public const int EventCount = 15;
    public const int DataCollections = 16;
    public const int AggregateType = 17;
    public const int Type = 18;
    public const int AdditionalData = 19;
    public const int Timestamp = 20;

    /// <summary>A map that finds them.</summary>
    public static MemberMap NewMap() => new(
        "before", "after", "source", "op", "ts_ms", "ts_us", "transaction", "message", "ddl", "tableChanges", "historyRecord",
        "databaseName", "schemaName", "status", "id", "event_count", "data_collections", "aggregate_type", "type",
        "additional_data", "timestamp");
}
